"""Where images come from, and how they are cut into parts that share no physical sign."""
