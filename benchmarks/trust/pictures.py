"""The pictures that all models are asked of, read and drawn once."""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.publish import ROOT
from benchmarks.trust.models import Picture
from benchmarks.trust.scenes import BORDERS, background_patches, sign_crops
from signs.catalog.negatives import NegativeKind
from signs.errors import SignsError
from signs.evaluation.robustness import Labels
from signs.inference.preprocess import decode
from signs.params import load_params
from signs.data.open import open_source
from signs.data.negatives import negatives_source

DATA = load_params("data", path=ROOT / "params.yaml").data


@dataclass(frozen=True)
class Pictures:
    """At their own sizes, uint8[H, W, 3] each.

    Attributes:
        photos, labels: of the signs, as they were annotated.
        others: of none of the signs, by kind.
        in_scenes: signs cropped of whole scenes and their labels, by framing.
    """

    photos: list[Picture]
    labels: Labels
    others: dict[str, list[Picture]]
    in_scenes: dict[str, tuple[list[Picture], Labels]]

    @staticmethod
    def read(folder: str, scenes: Path) -> "Pictures":
        """Those of photos in a layout that `data.source` takes, of GTSDB's scenes, and drawn ones.

        Raises:
            SignsError: the photos have no test part, or the scenes are missing.
        """
        photos, labels = read_photos(folder)
        others = drawn_negatives(DATA.drawn_negatives, DATA.seed)
        others["background of scenes"] = background_patches(scenes)
        crops = {framing: sign_crops(scenes, border) for framing, border in BORDERS.items()}
        return Pictures(photos, labels, others, crops)


def read_photos(folder: str) -> tuple[list[Picture], Labels]:
    """The test part, decoded, at its own sizes.

    Raises:
        SignsError: there is none.
    """
    source = open_source(folder, DATA)
    if "test" not in source.parts:
        raise SignsError(f"{folder} has no test part")
    photos = list(source.parts["test"]())
    pictures = [np.asarray(decode(photo.data)) for photo in photos]
    return pictures, np.array([photo.label for photo in photos])


def drawn_negatives(count: int, seed: int) -> dict[str, list[Picture]]:
    """The pictures that the pipeline tests `known` with, by kind, at their own sizes."""
    found: dict[str, list[Picture]] = {}
    for photo in negatives_source(count, seed).parts["test"]():
        picture = np.asarray(Image.open(BytesIO(photo.data)))
        found.setdefault(NegativeKind(photo.label).words, []).append(picture)
    return found
