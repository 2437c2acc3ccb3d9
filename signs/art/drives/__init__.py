"""Clips with known signs: a camera that drives into a picture of a road."""
