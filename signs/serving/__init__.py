"""Serving: what the service needs beside the model, and nothing of the pipeline."""
