"""The verbs of the pipeline: one module for each stage of `dvc.yaml`."""
