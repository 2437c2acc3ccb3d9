"""Drawings of the signs, and images rendered from them."""
