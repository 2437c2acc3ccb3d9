"""Comparisons with others: recognition, trust, serving. Nothing else imports them."""
