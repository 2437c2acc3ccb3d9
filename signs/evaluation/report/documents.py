"""From facts to documents: a model card in Markdown, and a page in HTML."""

import base64
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jinja2
import yaml
from PIL import Image

from signs.evaluation.report.crops import crop_names
from signs.evaluation.report.drives import drive_names
from signs.evaluation.report.facts import SCENE_TITLES, TITLES, Facts
from signs.evaluation.report.scenes import scene_names
from signs.evaluation.report.text import percent, short

CARD_WIDTH = 1000  # pixels of the card's pictures
CARD_COLORS = 256  # of their palette, to keep them small: they lie in git


def model_card(facts: Facts, picture: str, scene_picture: str) -> str:
    """The card, after Mitchell et al., "Model cards for model reporting", FAT* 2019: Markdown.

    Args:
        picture: address of the picture of mistakes, relative to the card.
        scene_picture: likewise of the mistakes in scenes.
    """
    return _render("model_card.md.j2", facts, picture=picture, scene_picture=scene_picture)


def html_report(facts: Facts) -> str:
    """The same with all pictures and tables, in one HTML file that refers to no other."""
    pictures = {**facts.pictures, **facts.scenes.pictures}
    images = {name: _data_uri(path) for name, path in pictures.items()}
    return _render("report.html.j2", facts, images=images, titles=TITLES, scene_titles=SCENE_TITLES)


def shrink_pictures(pictures: Sequence[Path], target: Path) -> None:
    """Write a small PNG of pictures, one below the other, the widest as wide as the card."""
    images: list[Image.Image] = []
    for picture in pictures:
        with Image.open(picture) as opened:
            images.append(opened.convert("RGB"))
    scale = min(1, CARD_WIDTH / max(image.width for image in images))
    sizes = [(round(image.width * scale), round(image.height * scale)) for image in images]
    height = sum(size[1] for size in sizes)
    sheet, top = Image.new("RGB", (max(size[0] for size in sizes), height), "white"), 0
    for image, size in zip(images, sizes, strict=True):
        sheet.paste(image.resize(size, Image.Resampling.LANCZOS), (0, top))
        top += size[1]
    # A median cut would turn the few pixels of blue signs gray.
    few = sheet.quantize(CARD_COLORS, method=Image.Quantize.FASTOCTREE)
    few.save(target, optimize=True)


def _render(template: str, facts: Facts, **more: Any) -> str:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("signs.evaluation"),
        autoescape=template.endswith("html.j2"),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters["percent"] = percent
    environment.filters["short"] = short
    return environment.get_template(template).render(
        facts=facts,
        info=facts.info,
        params=yaml.safe_dump(dict(facts.params), sort_keys=False).strip(),
        **crop_names(facts),
        **scene_names(facts.scenes),
        **drive_names(facts.scenes.metrics["evaluate_tracker"]),
        **more,
    )


def _data_uri(picture: Path) -> str:
    return f"data:image/png;base64,{base64.b64encode(picture.read_bytes()).decode()}"
