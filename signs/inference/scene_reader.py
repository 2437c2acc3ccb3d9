"""A whole picture read in two steps: the detector finds signs, the recognizer names them."""

import numpy as np
from PIL import Image

from signs.inference.detector import Detector
from signs.inference.letterbox import Picture, as_image
from signs.inference.preprocess import squash
from signs.inference.recognizer import Recognizer
from signs.records.answers import Answers
from signs.records.detections import Candidates, Detections
from signs.records.scene import Boxes

# Around the box, as a share of its longer side: the photos of GTSRB have a tenth, after
# J. Stallkamp, M. Schlipsing, J. Salmen, C. Igel, "Man vs. computer", Neural Networks 32, 2012.
BORDER = 0.1
MAX_READ = 100  # candidates of a picture that the recognizer looks at, the best first


class SceneReader:
    """Finds and names the signs of a picture.

    Attributes:
        detector: what finds them.
        recognizer: what names them.
    """

    def __init__(self, detector: Detector, recognizer: Recognizer) -> None:
        self.detector = detector
        self.recognizer = recognizer

    def read(self, image: Image.Image | Picture) -> Detections:
        """Find and name the signs of one picture.

        The crops are cut from the picture as it is, whatever size the detector saw it in.

        Args:
            image: RGB, or uint8[H, W, 3]; upright, of any size.

        Returns:
            At most `MAX_READ` detections, ranked by score. `answers.recognized` is whether a sign
            is named: the recognizer knows it, and the score reaches the detector's threshold.

        Raises:
            ValueError: the image is of another kind.
        """
        picture = as_image(image)
        return self.name(picture, self.detector.find(picture))

    def name(self, picture: Image.Image, candidates: Candidates) -> Detections:
        """The second step of `read`, for what the detector has found in a picture."""
        candidates = candidates.take(np.arange(min(len(candidates), MAX_READ)))
        size = self.recognizer.image_size
        crops = [squash(crop_around(picture, box), size) for box in candidates.boxes]
        found = Detections(candidates, self.recognizer.answer(crops))
        named = found.scores >= np.float32(self.detector.info.threshold)
        answers = found.answers
        answers = Answers(answers.probabilities, answers.known, answers.recognized & named)
        return Detections(candidates, answers).ranked()


def crop_around(picture: Image.Image, box: Boxes, border: float = BORDER) -> Image.Image:
    """A sign with its surroundings, cut off at the picture's edges.

    Args:
        box: float32[4]: left, top, right, bottom in pixels of the picture.
        border: around the box, as a share of its longer side.
    """
    left, top, right, bottom = box.tolist()
    margin = border * max(right - left, bottom - top)
    return picture.crop(
        (
            max(0, round(left - margin)),
            max(0, round(top - margin)),
            min(picture.width, round(right + margin)),
            min(picture.height, round(bottom + margin)),
        )
    )
