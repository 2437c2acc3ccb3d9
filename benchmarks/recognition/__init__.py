"""Recognition on photos: our network, torchvision's in our pipeline, and a peer."""
