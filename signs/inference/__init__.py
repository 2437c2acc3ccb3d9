"""Inference: from a photo to calibrated probabilities with numpy, Pillow and onnxruntime alone."""
