"""The signs of clips, for the command line and the service alike."""
