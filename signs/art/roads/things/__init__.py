"""What stands along a road and drives on it."""
