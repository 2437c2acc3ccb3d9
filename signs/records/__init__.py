"""What passes between rooms: validated values made of arrays."""
