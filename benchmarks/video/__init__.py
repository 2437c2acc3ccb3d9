"""Clips: our tracker and vote on drives with known signs, and trackers of others beside them."""
