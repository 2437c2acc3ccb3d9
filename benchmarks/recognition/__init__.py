"""Recognition on photos, compared: our network, torchvision's through our pipeline, and a peer."""
