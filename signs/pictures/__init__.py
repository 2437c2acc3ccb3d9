"""From the bytes of a file to an upright RGB picture: Pillow, numpy, pillow-heif if there."""
