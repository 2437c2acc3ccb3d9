"""What the service costs and withstands: against other servers, and over time."""
