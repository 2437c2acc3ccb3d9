"""Evaluation of clips: signs followed and named through time, against the signs in them."""
