from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from signs.inference.explain import Explanation, draw_explanation, explain, occlusion_map
from signs.inference.preprocess import ImageError
from signs.inference.recognizer import BATCH, Images, Recognizer
from signs.records.answers import Answers, Guess
from tests.inference.watching import watch_runs
from tests.pictures.files import noise


class LooksAtACorner(Recognizer):
    """Says class 7 where the top left quarter is bright, whatever the rest looks like."""

    def __init__(self) -> None:
        pass

    def answer(self, images: Images) -> Answers:
        seen = np.stack(images)  # type: ignore[arg-type]
        half = seen.shape[1] // 2
        bright = seen[:, :half, :half].mean(axis=(1, 2, 3)) / 255
        probabilities = np.zeros((len(seen), 43), np.float32)
        probabilities[:, 7] = 0.05 + 0.9 * bright
        return Answers(probabilities, probabilities.max(axis=1), np.ones(len(seen), np.bool_))


@pytest.mark.parametrize("size", [24, 48, 50])
def test_the_map_is_high_where_the_model_looks(size: int) -> None:
    image = np.full((size, size, 3), 40, np.uint8)
    image[: size // 2, : size // 2] = 250
    evidence = occlusion_map(LooksAtACorner(), image, 7)
    assert evidence.shape == (size, size)
    assert evidence.dtype == np.float32
    half, margin = size // 2, size // 4
    assert evidence[:half, :half].min() > 0
    assert np.abs(evidence[half + margin :, half + margin :]).max() < 1e-5


def test_covering_a_disturbance_helps() -> None:
    image = np.full((48, 48, 3), 250, np.uint8)
    image[4:12, 4:12] = 0
    assert occlusion_map(LooksAtACorner(), image, 7)[6:10, 6:10].max() < 0


def test_with_the_model_file_alone(model_file: Path) -> None:
    recognizer = Recognizer(model_file)
    photo = Image.effect_mandelbrot((90, 60), (-2, -1.5, 1, 1.5), 100).convert("RGB")
    explanation = explain(recognizer, photo)
    assert explanation.photo.size == (90, 60)
    assert explanation.guess.probability > 1 / 43
    assert explanation.evidence.shape == (32, 32)
    assert np.isfinite(explanation.evidence).all()
    with pytest.raises(ImageError, match="not an image"):
        explain(recognizer, b"text")


def test_windows_run_in_parts(model_file: Path) -> None:
    """All windows at once would cost a large network a gigabyte."""
    recognizer = Recognizer(model_file)
    sizes = watch_runs(recognizer)
    explain(recognizer, noise((60, 60)))
    assert sum(sizes) > 2 * BATCH
    assert max(sizes) <= BATCH


@pytest.mark.parametrize("size", [(90, 60), (20, 200), (300, 4)])
def test_the_picture(size: tuple[int, int]) -> None:
    guess = Guess(0, "Speed limit (20 km/h)", "274-20", 0.4)
    flat = Explanation(Image.new("RGB", size), guess, False, np.zeros((48, 48), np.float32))
    picture = draw_explanation(flat)
    assert picture.mode == "RGB"
    assert picture.width > 2 * 320
