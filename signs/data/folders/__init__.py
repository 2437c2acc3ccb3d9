"""The layouts in which photos lie in a folder or a zip archive: one module for each."""
