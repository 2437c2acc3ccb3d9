"""The drawings of the signs, and images made of them."""
