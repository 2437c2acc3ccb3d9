"""Two models on the same pictures."""
