"""Export: from a checkpoint to the ONNX file that ships, and the checks that it still agrees."""
