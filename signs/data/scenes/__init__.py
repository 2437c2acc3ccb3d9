"""Sources of whole road scenes: one module for each layout."""
