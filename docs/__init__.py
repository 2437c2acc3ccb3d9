"""The command that fills numbers into the texts, beside the texts."""
