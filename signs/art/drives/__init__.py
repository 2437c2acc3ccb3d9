"""Clips with known signs: a camera that drives into a picture, or through a drawn world."""
