"""The report: a model card in Markdown and a page in HTML, for whoever judges the models."""
