"""What the service costs and stands: against other servers, and over time."""
