"""Which scenes show one place, and parts that share no place."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from signs.errors import SignsError
from signs.params import SplitParams
from signs.pictures.decoding import decode
from signs.records.packed import Strings
from signs.records.packed_scenes import PackedScenes
from signs.records.scene import Scene

THUMBNAIL = (68, 40)  # pixels that are compared
NEAR = 4  # scenes that follow each other within this distance may be of one drive
ALIKE_NEAR = 0.8  # the correlation from which such scenes show one place
ALIKE = 0.95  # the same of other scenes
BLOCK = 1024  # scenes that are compared with all others at a time


def infer_places(scenes: Sequence[Scene]) -> Strings:
    """The group of each scene, from how alike the pictures are: str[N].

    Sources say nothing of it, and their scenes lie in the order of the drive: two that follow each
    other may show one place a few seconds apart.

    Raises:
        ImageError: a scene cannot be decoded.
    """
    vectors = np.stack([_thumbnail(scene) for scene in scenes])
    count, links = len(scenes), []
    for start in range(0, count, BLOCK):
        alike = vectors[start : start + BLOCK] @ vectors.T
        one, other = np.nonzero(alike >= ALIKE_NEAR)
        one += start
        near = np.abs(one - other) <= NEAR
        kept = near | (alike[one - start, other] >= ALIKE)
        links.append(np.stack([one[kept], other[kept]]))
    pairs = np.concatenate(links, axis=1)
    graph = coo_array((np.ones(pairs.shape[1], bool), tuple(pairs)), shape=(count, count))
    _, numbers = connected_components(graph, directed=False)
    return np.array([f"place-{number:05d}" for number in numbers])


def _thumbnail(scene: Scene) -> npt.NDArray[np.float32]:
    """A small gray copy, of mean 0 and length 1: float32[P]."""
    picture = decode(scene.data, draft=4 * THUMBNAIL[0]).convert("L")
    small = cv2.resize(np.asarray(picture), THUMBNAIL, interpolation=cv2.INTER_AREA)
    vector = small.astype(np.float32).ravel()
    vector -= vector.mean()
    length = float(np.linalg.norm(vector))
    return vector / np.float32(max(length, 1e-6))


def folds_of(groups: Strings, count: int, seed: int) -> npt.NDArray[np.int64]:
    """Deal groups into folds of about as many scenes each: the fold of each scene, int64[N].

    Args:
        groups: of the scenes.
        count: number of folds.
        seed: of the order in which the groups are dealt.
    """
    names, inverse, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    filled = np.zeros(count, np.int64)
    fold_of_group = np.zeros(len(names), np.int64)
    for group in np.random.default_rng(seed).permutation(len(names)):
        fold_of_group[group] = filled.argmin()
        filled[fold_of_group[group]] += sizes[group]
    return fold_of_group[inverse]


def cut_scenes(
    scenes: PackedScenes, own: Mapping[str, PackedScenes], params: SplitParams
) -> dict[str, PackedScenes]:
    """Cut by place into "train", "val" and "test".

    Args:
        scenes: to cut; without groups of their own, those that `infer_places` finds among all.
        own: parts that the source has already, by name.

    Raises:
        SignsError: a part has no scene.
        ImageError: a scene cannot be decoded.
    """
    together = [scenes, *own.values()]
    places = infer_places([scene for part in together for scene in part.scenes])
    ends = np.cumsum([len(part) for part in together])
    places_of = np.split(places, ends[:-1])
    taken = np.unique(np.concatenate([np.empty(0, places.dtype), *places_of[1:]]))
    kept = np.flatnonzero(~np.isin(places_of[0], taken))
    scenes = replace(scenes.take(kept), groups=places_of[0][kept])
    parts = {
        name: replace(part, groups=of)
        for (name, part), of in zip(own.items(), places_of[1:], strict=True)
    }
    names, inverse, sizes = np.unique(scenes.groups, return_inverse=True, return_counts=True)
    part_of = np.full(len(names), "train")
    wanted = {"test": params.test_fraction, "val": params.val_fraction}
    missing = {name: share * len(scenes) for name, share in wanted.items() if name not in own}
    for group in np.random.default_rng(params.seed).permutation(len(names)):
        for name in missing:
            if missing[name] > 0 and part_of[group] == "train":
                part_of[group] = name
                missing[name] -= sizes[group]
    for name in ("train", *missing):
        parts[name] = scenes.take(np.flatnonzero(part_of[inverse] == name))
        if not len(parts[name]):
            raise SignsError(
                f"{scenes.source}: {len(names)} different places are too few to cut training, "
                "validation and test from them"
            )
    return parts
