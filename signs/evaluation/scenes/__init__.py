"""Evaluation of scenes: what is found and named in whole pictures, against the signs in them."""
