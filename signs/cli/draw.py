"""`signs draw`: the drawings, and the scenes that training sees."""

from collections.abc import Sequence
from pathlib import Path

import click
from PIL import Image

from signs.catalog.gtsrb import GTSRB
from signs.cli.output import FILE, require_png, writing
from signs.inference.preprocess import preprocess

MAX_SHEET_SIZE = 512  # pixels of a sign: a sheet of 5,000 pixels
MAX_SHEET_WIDTH = 8192  # pixels
SHEET_COLUMNS = 15


@click.command()
@click.argument("target", type=FILE)
@click.option(
    "--class",
    "class_id",
    type=click.IntRange(0, len(GTSRB) - 1),
    help="Class id, as `signs classes` lists them.",
)
@click.option("--variant", default="", help="Another design of it, such as `old`.")
@click.option("--all", "all_classes", is_flag=True, help="Draw all signs on one sheet.")
@click.option(
    "--size",
    default=256,
    show_default=True,
    type=click.IntRange(8, 4096),
    help="Side of each sign, in pixels.",
)
@click.option("--photos", type=click.IntRange(1, 100), help="Number of training scenes per sign.")
def draw(
    target: Path,
    class_id: int | None,
    variant: str,
    all_classes: bool,
    size: int,
    photos: int | None,
) -> None:
    """Draw a sign, or all of them, as a PNG file: on a transparent background, or in scenes."""
    # Not at the top: resvg is not installed where a model is only served.
    from signs.art.raster import contact_sheet, rasterize, variants

    if (class_id is None) != all_classes:
        raise click.UsageError("say which sign to draw: either --class ID or --all")
    if all_classes and size > MAX_SHEET_SIZE:
        raise click.UsageError(f"--size is at most {MAX_SHEET_SIZE} with --all")
    if photos is not None and variant:
        raise click.UsageError("--photos draws all designs of a sign: leave --variant out")
    if photos is not None and photos * size > MAX_SHEET_WIDTH:
        raise click.UsageError(f"--photos times --size is at most {MAX_SHEET_WIDTH}")
    if variant and (class_id is None or variant not in variants(class_id)):
        known = ", ".join(variants(class_id)[1:]) if class_id is not None else ""
        raise click.UsageError(f"--variant: this sign has {known or 'no other design'}")
    require_png(target)
    if photos is not None:
        chosen = range(len(GTSRB)) if class_id is None else [class_id]
        picture = scene_sheet(chosen, photos, size)
    elif class_id is None:
        picture = contact_sheet(size)
    else:
        picture = rasterize(class_id, size, variant)
    with writing(target) as path:
        picture.save(path)
    sign = "all signs" if class_id is None else GTSRB.names[class_id]
    print(f"{target}: {sign}, {picture.width} x {picture.height} pixels")


def scene_sheet(class_ids: Sequence[int], per_class: int, size: int) -> Image.Image:
    """What training sees, before augmentation: scenes of each class, as many in a row as fit.

    Args:
        per_class: how many scenes of each class.
        size: side that each is squashed to, in pixels.

    Returns:
        RGB, about `SHEET_COLUMNS` scenes wide if there are so many, black where there are none.

    Raises:
        ValueError: a class id is unknown, there is none, or `per_class` is less than 1.
    """
    from signs.data.drawn import draw_photo  # needs OpenCV

    if not class_ids or per_class < 1:
        raise ValueError("a sheet needs at least one class and one scene of it")
    in_a_row = min(len(class_ids), max(1, SHEET_COLUMNS // per_class))
    rows = -(-len(class_ids) // in_a_row)
    sheet = Image.new("RGB", (in_a_row * per_class * size, rows * size))
    for place, class_id in enumerate(class_ids):
        row, column = divmod(place, in_a_row)
        for number in range(per_class):
            scene = preprocess(draw_photo(class_id, number, seed=0).data, size)
            left = (column * per_class + number) * size
            sheet.paste(Image.fromarray(scene), (left, row * size))
    return sheet
