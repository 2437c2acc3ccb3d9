"""Comparisons with others: recognition, trust, serving.

`docs` reads their rows; nothing else imports them.
"""
