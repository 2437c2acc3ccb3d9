"""Signs followed through a clip, and named by all of their frames together: numpy alone."""
