"""Evaluation: metrics from probabilities and labels, and the tables and pictures of them."""
