"""Training the detector."""
