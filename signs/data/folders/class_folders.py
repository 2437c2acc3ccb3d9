"""Class folders without tables: the class from the folder, the group from folder or file name.

14/00003_00012.ppm, 14/some-sign/b.jpg, train/Stop/*.png, train_images/00014/*.ppm, ...
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from signs.catalog.label_space import LabelSpace
from signs.data.folders.annotations import group_in
from signs.data.folders.tree import Tree, part_of
from signs.data.labels import read_folder_label
from signs.data.source import PHOTO_LICENSE, Parts, Source
from signs.errors import SignsError, encodable
from signs.records.photo import Photo

LAYOUT = "14/00003_00012.ppm or 14/some-sign/b.jpg (class folders, perhaps in train and test)"


@dataclass(frozen=True)
class Labeled:
    """An image in a class folder.

    Attributes:
        file: in the tree.
        label: class id.
        sign: the folder between, which names the physical sign; "" where there is none.
    """

    file: str
    label: int
    sign: str


def read(tree: Tree, label_space: LabelSpace) -> Source | None:
    """The photos in class folders; None where there are none.

    Raises:
        SignsError: a folder beside the class folders means no class, or two places hold class
            folders for one part.
    """
    roots: dict[str, list[Labeled]] = defaultdict(list)
    rest = []
    for file in tree.images():
        found = _in_class_folder(file, label_space)
        if found is None:
            rest.append(file)
        else:
            roots[found[0]].append(found[1])
    if not roots:
        return None
    _refuse_other_folders(tree, roots, rest, label_space)
    by_part = _parts(tree, roots)
    warnings = []
    if rest:
        warnings.append(
            f"images outside of the class folders, which are not used: {len(rest)}, such as "
            f"{encodable(rest[0])}"
        )
    if unused := by_part.pop("validation", None):
        warnings.append(
            f"images for validation, which are not used: {len(unused)}; the stage split cuts its "
            "own from the training images"
        )
    parts: Parts = {
        name: partial(_photos, tree, images, name == "train") for name, images in by_part.items()
    }
    name = f"photos from the class folders in {tree.name}"
    return Source(name, PHOTO_LICENSE, parts, str(tree.place), "class folders", tuple(warnings))


def _in_class_folder(file: str, label_space: LabelSpace) -> tuple[str, Labeled] | None:
    """Where the class folders lie, and what an image in one of them shows."""
    *folders, _ = file.split("/")
    for depth, folder in enumerate(folders):
        label = read_folder_label(folder, label_space)
        if label is not None:
            sign = "/".join(folders[depth + 1 :])
            return "/".join(folders[:depth]), Labeled(file, label, sign)
    return None


def _refuse_other_folders(
    tree: Tree, roots: dict[str, list[Labeled]], rest: Sequence[str], label_space: LabelSpace
) -> None:
    """Refuse a folder of images beside class folders: a renamed class would be left out."""
    for file in rest:
        *above, folder, _ = ["", *file.split("/")]
        if "/".join(above).strip("/") in roots and folder and part_of(folder) is None:
            raise SignsError(
                f"the folder {encodable(folder)} lies beside class folders in {tree.name} and "
                f"means no class: rename it to a class id (0 to {len(label_space) - 1}) or to a "
                "name that `signs classes` lists, or move it away"
            )


def _parts(tree: Tree, roots: dict[str, list[Labeled]]) -> dict[str, list[Labeled]]:
    """The images of each part, by the name of the folder that holds its class folders."""
    parts: dict[str, str] = {}
    for root in roots:
        part = part_of(root) or "train"
        if part in parts:
            raise SignsError(
                f"{tree.name} holds class folders in {parts[part] or '.'} and in {root or '.'}: "
                "name one of them as the source"
            )
        parts[part] = root
    if "train" not in parts:
        raise SignsError(
            f"{tree.name} holds class folders for testing alone: name it as test_source"
        )
    return {part: roots[root] for part, root in parts.items()}


def _photos(tree: Tree, images: Sequence[Labeled], grouped: bool) -> Iterator[Photo]:
    """In the order of classes and file names; with groups only if all images tell theirs."""
    signs = [image.sign or group_in(image.file) for image in images]
    named = grouped and all(signs)
    order = sorted(range(len(images)), key=lambda n: (images[n].label, images[n].file))
    for n in order:
        image = images[n]
        try:
            data = tree.read(image.file)
        except OSError as error:
            raise SignsError(f"{encodable(image.file)} cannot be read: {error.strerror}") from None
        group = f"{image.label:05d}_{encodable(str(signs[n]))}" if named else None
        yield Photo(data, image.label, group, encodable(image.file))
