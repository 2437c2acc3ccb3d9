"""The detector: a picture of a road to boxes that may show a sign."""

from pathlib import Path

import numpy as np
from PIL import Image

from signs.inference.boxes import suppress
from signs.inference.detector_info import DetectorInfo
from signs.inference.letterbox import Picture, letterbox
from signs.inference.onnx_model import OnnxModel
from signs.records.detections import Candidates

MIN_SCORE = 2e-4  # of the detector alone; the recognizer does not look at what lies below
MIN_SIDE = 1.0  # pixels of the picture, below which a box at its edge is dropped


class Detector:
    """Finds what may be a sign, wherever it is in a picture.

    Args:
        path: the model file.
        threads: as for `OnnxModel`.

    Attributes:
        info: what the file says of itself.

    Raises:
        SignsError: as `OnnxModel`.
    """

    def __init__(self, path: Path, threads: int | None = None) -> None:
        self._model = OnnxModel(path, "detect", threads)
        self.info: DetectorInfo = self._model.info

    def find(self, image: Image.Image | Picture) -> Candidates:
        """Find signs in one picture.

        Args:
            image: RGB, or uint8[H, W, 3]; upright, of any size.

        Returns:
            Candidates with a score of at least `MIN_SCORE`, each sign once, inside the picture.

        Raises:
            ValueError: the image is of another kind.
        """
        made = letterbox(image, self.info.preprocessing.max_side)
        found = self._model.run(("boxes", "sign", "category"), image=made.pixels[np.newaxis])
        boxes, scores, categories = (output.astype(np.float32) for output in found)
        boxes = made.boxes_in_picture(boxes)
        # What is not a number fails both comparisons.
        there = ((boxes[:, 2:] - boxes[:, :2]) >= MIN_SIDE).all(axis=1) & (scores >= MIN_SCORE)
        boxes, rows = suppress(boxes[there], scores[there])
        # A rounded sigmoid may come out above 1.
        return Candidates(boxes, scores[there][rows].clip(max=1), categories[there][rows])
