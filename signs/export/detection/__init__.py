"""Export of a detector."""
