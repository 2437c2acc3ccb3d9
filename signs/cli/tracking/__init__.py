"""What `signs track` is made of."""
