"""Whole drawn roads, and drawn signs in real ones."""
