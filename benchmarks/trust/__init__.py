"""How far to trust a model: outside signs, real surroundings, recrops, corruptions."""
