"""The drawings of the signs, and pictures made of them."""
