"""Whether a picture is a crop of one sign or a whole scene.

A small picture is a crop. A larger one is looked at from afar: shrunk to the size of a crop, a crop
has one sign that covers much of it, and a scene has none.
"""

from ui.client import Answer
from ui.images import PictureError, Shares, as_png, size_of, view

SMALL = (
    200  # pixels of the longer side of a picture that is a crop: of a road, nothing could be read
)
GLANCE = 128  # pixels of the longer side of the shrunk copy
COVERED = 0.2  # of the copy, by one box, from which on it is a crop
FOUND = 0.5  # of the detector's own score: from there on a box more probably shows a sign than not


def glance(data: bytes) -> bytes | None:
    """A small copy of a picture, to find out with: a PNG file.

    Returns:
        None where nothing is to be found out: a small picture is a crop, and so is what cannot be
        read, about which the service says why.
    """
    try:
        if max(size_of(data)) <= SMALL:
            return None
        return as_png(view(data, GLANCE, GLANCE))
    except PictureError:
        return None


def is_crop(seen: Answer) -> bool:
    """Whether one sign covers much of a picture, by the service's answer for its small copy."""
    area = seen["width"] * seen["height"]
    return any(is_found(sign) and _area(sign["box"]) >= COVERED * area for sign in seen["signs"])


def is_found(sign: Answer) -> bool:
    """Whether a sign of the service's answer is worth showing: named, or probably a sign."""
    return bool(sign["recognized"] or sign["sign_score"] >= FOUND)


def shares(sign: Answer, answer: Answer) -> Shares:
    """A sign's box as shares of the picture's width and height."""
    left, top, right, bottom = sign["box"]
    width, height = answer["width"], answer["height"]
    return left / width, top / height, right / width, bottom / height


def _area(box: list[float]) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])
