"""Data sources, the raw files that store their images, and packing into arrays."""
