"""Cutting images into parts: groups, near-duplicates, and the cut itself."""
