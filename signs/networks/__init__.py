"""The networks: torch modules from images to logits, and the files of their weights."""
