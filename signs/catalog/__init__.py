"""The catalog: the signs, what they are called, and which of them a model tells apart."""
