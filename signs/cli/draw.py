"""`signs draw`: the drawings, and the crops and roads that training sees."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from signs.catalog.label_spaces import open_label_space
from signs.cli.output import FILE, packages_named, require_png, writing

if TYPE_CHECKING:
    from PIL import Image

    from signs.art.drawings import Drawings

MAX_SHEET_SIZE = 512  # pixels per sign: a sheet of 5,000 pixels
MAX_SHEET_WIDTH = 8192  # pixels
SHEET_COLUMNS = 15
# Serving a model needs neither, so that a small installation lacks them.
PACKAGES = {"resvg_py": "resvg-py", "cv2": "opencv-python-headless"}


@click.command()
@click.argument("target", type=FILE)
@click.option(
    "--signs",
    "spec",
    default="gtsrb",
    show_default=True,
    help="A built-in label space, or a folder that holds signs.csv and svg/NN.svg.",
)
@click.option(
    "--class", "class_id", type=click.IntRange(0), help="Class id; `signs classes` lists them."
)
@click.option("--variant", default="", help="Another design of the sign, such as `old`.")
@click.option("--all", "all_classes", is_flag=True, help="Draw all signs on one sheet.")
@click.option(
    "--size",
    default=256,
    show_default=True,
    type=click.IntRange(8, 4096),
    help="Side of each sign, in pixels.",
)
@click.option("--photos", type=click.IntRange(1, 100), help="Number of training crops per sign.")
@click.option("--road", type=click.IntRange(0), help="Draw the road of this number.")
def draw(
    target: Path,
    spec: str,
    class_id: int | None,
    variant: str,
    all_classes: bool,
    size: int,
    photos: int | None,
    road: int | None,
) -> None:
    """Draw one sign, all of them, or a whole road.

    TARGET is the PNG file to write. Signs have a transparent background; with --photos they stand
    in crops, as training sees them.
    """
    if road is not None and (class_id is not None or all_classes or variant or photos):
        raise click.UsageError("--road stands alone: a road has signs of its own")
    if road is None and (class_id is None) != all_classes:
        raise click.UsageError("name either one sign, --class ID, all of them, --all, or a --road")
    if all_classes and size > MAX_SHEET_SIZE:
        raise click.UsageError(f"--size is at most {MAX_SHEET_SIZE} with --all")
    if photos is not None and variant:
        raise click.UsageError("--photos draws all designs of a sign: leave out --variant")
    if photos is not None and photos * size > MAX_SHEET_WIDTH:
        raise click.UsageError(f"--photos times --size is at most {MAX_SHEET_WIDTH}")
    if variant and class_id is None:
        raise click.UsageError("--variant needs --class: --all draws every design")
    space = open_label_space(spec)
    if class_id is not None and class_id >= len(space):
        raise click.UsageError(f"--class is at most {len(space) - 1}: `signs classes` lists them")
    require_png(target)
    with packages_named("drawing", PACKAGES):
        if road is not None:
            picture = _road(spec, road)
        else:
            picture = _picture(spec, class_id, variant, size, photos)
    with writing(target) as path:
        picture.save(path)
    sign = "all signs" if class_id is None else space.names[class_id]
    shown = sign if road is None else f"road {road}"
    print(f"{target}: {shown}, {picture.width} x {picture.height} pixels")


def _road(spec: str, number: int) -> "Image.Image":
    from signs.art.drawings import open_drawings
    from signs.data.scenes.drawn import draw_scene
    from signs.pictures.decoding import decode

    return decode(draw_scene(0, number, open_drawings(spec)).data)


def _picture(
    spec: str, class_id: int | None, variant: str, size: int, photos: int | None
) -> "Image.Image":
    from signs.art.drawings import open_drawings
    from signs.art.raster import contact_sheet, rasterize, variants

    drawings = open_drawings(spec)
    if photos is not None:
        chosen = range(len(drawings)) if class_id is None else [class_id]
        return crop_sheet(chosen, photos, size, drawings)
    if class_id is None:
        return contact_sheet(size, drawings=drawings)
    designs = variants(class_id, drawings)
    if variant not in designs:
        others = ", ".join(designs[1:]) or "none"
        raise click.UsageError(f"--variant: other designs of this sign: {others}")
    return rasterize(class_id, size, variant, drawings=drawings)


def crop_sheet(
    class_ids: Sequence[int], per_class: int, size: int, drawings: "Drawings"
) -> "Image.Image":
    """Draw what training sees before augmentation: crops of each class, side by side.

    Args:
        per_class: crops of each class.
        size: side that each crop is squashed to, in pixels.

    Returns:
        RGB, at most about `SHEET_COLUMNS` crops wide; places without a crop are black.

    Raises:
        ValueError: a class id is unknown, there is none, or `per_class` is less than 1.
    """
    from PIL import Image

    from signs.data.drawn import draw_photo
    from signs.inference.preprocess import preprocess

    if not class_ids or per_class < 1:
        raise ValueError("a sheet needs at least one class and one crop of it")
    in_a_row = min(len(class_ids), max(1, SHEET_COLUMNS // per_class))
    rows = -(-len(class_ids) // in_a_row)
    sheet = Image.new("RGB", (in_a_row * per_class * size, rows * size))
    for place, class_id in enumerate(class_ids):
        row, column = divmod(place, in_a_row)
        for number in range(per_class):
            crop = preprocess(draw_photo(class_id, number, 0, drawings).data, size)
            left = (column * per_class + number) * size
            sheet.paste(Image.fromarray(crop), (left, row * size))
    return sheet
