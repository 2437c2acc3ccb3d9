"""Class folders without tables: the class from the folder, the group from folder or file name.

14/00003_00012.ppm, 14/some-sign/b.jpg, train/Stop/*.png, train_images/00014/*.ppm, ...
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial

from signs.catalog.label_space import LabelSpace
from signs.data.folders.annotations import group_in
from signs.data.folders.tree import Tree, part_of
from signs.data.labels import read_folder_label, refuse_speeds
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
    names: dict[str, None] = {}
    rest = []
    label_of = cache(partial(read_folder_label, label_space=label_space))
    for file in tree.images():
        found = _in_class_folder(file, label_of)
        if found is None:
            rest.append(file)
        else:
            root, image = found
            roots[root].append(image)
            names[file.removeprefix(f"{root}/").split("/")[0]] = None
    if not roots:
        return None
    refuse_speeds(list(names), f"the class folders in {tree.name}")
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
        name: partial(_photos, tree, by_part[name], name == "train")
        for name in ("train", "test")
        if name in by_part
    }
    name = f"photos from the class folders in {tree.name}"
    return Source(name, PHOTO_LICENSE, parts, str(tree.place), "class folders", tuple(warnings))


def _in_class_folder(
    file: str, label_of: Callable[[str], int | None]
) -> tuple[str, Labeled] | None:
    """Where the class folders lie, and what an image in one of them shows.

    Raises:
        SignsError: two of its folders mean classes, or one below a class means a part.
    """
    *folders, _ = file.split("/")
    for depth, folder in enumerate(folders):
        label = label_of(folder)
        if label is None:
            continue
        below = folders[depth + 1 :]
        for other in below:
            if label_of(other) is not None or part_of(other):
                raise SignsError(
                    f"{encodable(file)}: the folder {encodable(folder)} means a class, and "
                    f"{encodable(other)} inside it a class or a part: name the folder that holds "
                    "the class folders, or rename the inner one, such as sign-1"
                )
        return "/".join(folders[:depth]), Labeled(file, label, "/".join(below))
    return None


def _refuse_other_folders(
    tree: Tree, roots: Iterable[str], rest: Sequence[str], label_space: LabelSpace
) -> None:
    """Refuse a folder of images beside class folders: a renamed class would be left out."""
    for file in rest:
        for root in roots:
            inside = file.removeprefix(f"{root}/") if root else file
            folder, below, _ = inside.partition("/")
            if (root and inside == file) or not below or part_of(folder):
                continue
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
    return {part: roots[root] for part, root in parts.items()}


def _photos(tree: Tree, images: Sequence[Labeled], grouped: bool) -> Iterator[Photo]:
    """In the order of classes and file names; with groups if the images tell theirs.

    Raises:
        SignsError: only some do, or one cannot be read.
    """
    images = sorted(images, key=lambda image: (image.label, image.file))
    signs = [image.sign or group_in(image.file) if grouped else None for image in images]
    if any(signs) and not all(signs):
        odd = images[signs.index(None)].file
        raise SignsError(
            f"{encodable(odd)}: its name gives no group, and those of others do; it should end in "
            "GROUP_FRAME, as 00003_00012, or lie in a folder for its physical sign"
        )
    for image, sign in zip(images, signs, strict=True):
        group = f"{image.label:05d}_{encodable(sign)}" if sign else None
        yield Photo(tree.read_photo(image.file), image.label, group, encodable(image.file))
