"""How the parts of a source are packed for the benchmarks."""

import numpy as np

from benchmarks.leak import pack_part
from signs.sources.others import others_source


def test_a_packed_image_keeps_its_track() -> None:
    source = others_source(200, seed=0)
    pictures = pack_part(source)
    photos = list(source.parts["train"]())
    assert pictures.tracks.tolist() == [photo.track for photo in photos]
    assert pictures.labels.tolist() == [photo.label for photo in photos]
    assert len(np.unique(pictures.tracks)) < len(photos)  # a drawing is shown more than once
