"""What `signs detect` is made of."""
