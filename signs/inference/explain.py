"""Where the model looked: what covering parts of a photo does to its answer.

Occlusion (Zeiler & Fergus, "Visualizing and understanding convolutional networks", ECCV 2014),
with the model file alone: no gradients, so that it works for any network and precision.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from signs.inference.preprocess import DRAFT_FACTOR, decode, squash
from signs.inference.recognizer import Recognizer
from signs.records.answers import Guess

Floats = npt.NDArray[np.float32]

WINDOWS_PER_SIDE = (4, 6)  # a window's side is this part of the image's
STEPS_PER_WINDOW = 3
MIN_PROBABILITY = 1e-6  # of the answer and of its opposite, before log-odds are taken

VIEW_SIDE = 320  # pixels of the longer side of each view
SMOOTHING = 6  # pixels of the view, so that the windows' edges do not show
MARGIN = 12
CAPTION = 44
# Dark where covering lowers nothing, through red to pale yellow where it lowers the odds most.
COLORS = np.array([[20, 20, 60], [120, 28, 109], [237, 105, 37], [252, 255, 164]], np.float32)


@dataclass(frozen=True)
class Explanation:
    """An answer and where it comes from.

    Attributes:
        photo: upright RGB; a large JPEG is decoded smaller, as for the answer.
        guess: the most probable class.
        recognized: whether the model takes the photo for one of its signs.
        evidence: float32[S, S] over the squashed photo: how much the log-odds of the first guess
            fall, on average, where a window covers the pixel; below 0 where covering helps.
    """

    photo: Image.Image
    guess: Guess
    recognized: bool
    evidence: Floats


def explain(recognizer: Recognizer, image: bytes | Image.Image) -> Explanation:
    """Answer for a photo, and find out which parts of it the answer rests on.

    Args:
        image: as for `preprocess`.

    Raises:
        ImageError: as for `preprocess`.
    """
    # The same draft as in `preprocess`, or the answer could differ from the one explained.
    photo = decode(image, DRAFT_FACTOR * recognizer.image_size)
    squashed = squash(photo, recognizer.image_size)
    answers = recognizer.answer([squashed])
    ((guess,),) = answers.guesses(recognizer.info.label_space, 1)
    evidence = occlusion_map(recognizer, squashed, guess.class_id)
    return Explanation(photo, guess, bool(answers.recognized[0]), evidence)


def occlusion_map(recognizer: Recognizer, image: npt.NDArray[np.uint8], class_id: int) -> Floats:
    """How much each pixel's surroundings support a class.

    Windows of two sizes slide over the image and cover it with its mean color.

    Args:
        image: uint8[S, S, 3].
        class_id: the class in question.

    Returns:
        float32[S, S], the mean fall of the class's log-odds over the windows that cover a pixel,
        each size counting the same.
    """
    size = len(image)
    whole = _log_odds(recognizer, image[None], class_id)[0]
    total = np.zeros((size, size), np.float32)
    for share in WINDOWS_PER_SIDE:
        boxes = _windows(size, max(1, size // share))
        covered = np.repeat(image[None], len(boxes), axis=0)
        for one, (rows, columns) in zip(covered, boxes, strict=True):
            one[rows, columns] = image.mean(axis=(0, 1))
        falls = whole - _log_odds(recognizer, covered, class_id)
        sums, counts = np.zeros((2, size, size), np.float32)
        for fall, box in zip(falls, boxes, strict=True):
            sums[box] += fall
            counts[box] += 1
        total += sums / counts
    return (total / len(WINDOWS_PER_SIDE)).astype(np.float32)


def draw_explanation(explanation: Explanation) -> Image.Image:
    """The photo, beside it the same under its evidence, and the answer in words below: RGB."""
    photo = explanation.photo
    scale = VIEW_SIDE / max(photo.size)
    size = (max(1, round(photo.width * scale)), max(1, round(photo.height * scale)))
    view = photo.resize(size, Image.Resampling.BICUBIC)
    support = explanation.evidence.clip(0)
    share = support / max(float(support.max()), 1e-6)
    smooth = Image.fromarray((share * 255).astype(np.uint8)).resize(size, Image.Resampling.BICUBIC)
    heat = np.asarray(smooth.filter(ImageFilter.GaussianBlur(SMOOTHING))) / 255
    places = np.linspace(0, 1, len(COLORS))
    colors = np.stack([np.interp(heat, places, channel) for channel in COLORS.T], axis=-1)
    gray = np.asarray(view.convert("L"), np.float32)[..., None]
    blend = (0.45 * gray + 0.55 * colors).astype(np.uint8)

    canvas = Image.new("RGB", (2 * VIEW_SIDE + 3 * MARGIN, size[1] + 2 * MARGIN + CAPTION), "white")
    canvas.paste(view, (MARGIN + (VIEW_SIDE - size[0]) // 2, MARGIN))
    canvas.paste(
        Image.fromarray(blend), (2 * MARGIN + VIEW_SIDE + (VIEW_SIDE - size[0]) // 2, MARGIN)
    )
    guess = explanation.guess
    draw = ImageDraw.Draw(canvas)
    said = "recognized" if explanation.recognized else "not recognized, best guess"
    lines = (
        f"{said}: {guess.name} ({guess.stvo}), {guess.probability:.1%}",
        "bright: covering this place lowers the odds of the answer most, "
        f"up to {float(np.exp(support.max())):.3g} times",
    )
    for number, line in enumerate(lines):
        font = ImageFont.load_default(15 - 2 * number)
        draw.text((MARGIN, size[1] + 1.5 * MARGIN + 21 * number), line, "black", font)
    return canvas


def _windows(size: int, side: int) -> list[tuple[slice, slice]]:
    count = max(2, round((size - side) / (side / STEPS_PER_WINDOW)) + 1)
    starts = np.linspace(0, size - side, count).round().astype(int)
    return [(slice(y, y + side), slice(x, x + side)) for y in starts for x in starts]


def _log_odds(
    recognizer: Recognizer, images: npt.NDArray[np.uint8], class_id: int
) -> npt.NDArray[np.float64]:
    p = recognizer.answer(images).probabilities[:, class_id].astype(np.float64)
    p = p.clip(MIN_PROBABILITY, 1 - MIN_PROBABILITY)
    return np.log(p) - np.log1p(-p)
