"""Scenes: our detector on real roads, fold by fold, and a nano YOLO of today beside it."""
