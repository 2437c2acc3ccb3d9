"""Training: architectures, augmentation, the loop, export. torch lives here and nowhere else."""
