"""Clips: our tracker and vote on drives with known signs, and the trackers of others beside them."""
