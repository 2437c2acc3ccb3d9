"""Sources of photos or of road scenes, as a command line names them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from signs.errors import SignsError

if TYPE_CHECKING:  # imported where they are used, so that other commands start without them
    from signs.catalog.label_space import LabelSpace
    from signs.data.scenes.source import SceneSource
    from signs.data.source import Source

# Serving a model does not need them, so that a small installation lacks them.
PACKAGES = {
    "cv2": "opencv-python-headless", "datasets": "datasets", "filelock": "filelock",
    "huggingface_hub": "huggingface-hub", "pooch": "pooch", "pyarrow": "pyarrow",
    "requests": "requests", "resvg_py": "resvg-py", "ruamel": "ruamel-yaml", "yaml": "pyyaml",
}  # fmt: skip


@dataclass(frozen=True)
class Opened:
    """A source: the one or the other is not None.

    Attributes:
        photos: crops around one sign each.
        scenes: whole road scenes.
    """

    photos: "Source | None" = None
    scenes: "SceneSource | None" = None


def open_either(spec: str, label_space: "LabelSpace") -> Opened:
    """Open a folder, a zip archive, a hub id, or gtsrb.

    Args:
        spec: what a person calls it.
        label_space: of the labels.

    Raises:
        SignsError: nothing is there, or it has no known layout.
    """
    from signs.data.folders.opening import open_tree, place_of
    from signs.data.hub import is_hub_id
    from signs.data.official import NAME as OFFICIAL
    from signs.data.open import open_photos, read_photos
    from signs.data.scenes.open import find_scenes

    if spec == "drawn":
        raise SignsError("drawn: its images are drawn by the stage download; there is none to read")
    place = place_of(spec)
    if not (place.exists() or spec == OFFICIAL or is_hub_id(spec)):
        raise SignsError(
            f"{spec}: nothing is there; name a folder, a zip archive, a hub id such as "
            f"tanganke/gtsrb, or {OFFICIAL} for the official archives"
        )
    if spec == OFFICIAL or not place.exists():
        return Opened(photos=open_photos(spec, label_space))
    tree = open_tree(place)
    if scenes := find_scenes(tree, label_space):
        return Opened(scenes=scenes)
    return Opened(photos=read_photos(tree, spec, label_space))
