"""Where images come from: sources, the raw files that they are kept in, and packing."""
