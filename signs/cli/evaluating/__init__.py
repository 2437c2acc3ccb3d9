"""What `signs evaluate` is made of."""
