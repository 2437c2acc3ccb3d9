"""`signs evaluate`: score models on labeled crops or scenes."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from signs.cli.model import DEFAULT_DETECTOR, DEFAULT_MODEL, compared_option
from signs.cli.output import packages_named
from signs.cli.sources import PACKAGES as SOURCE_PACKAGES
from signs.cli.sources import open_either
from signs.errors import SignsError, printable

if TYPE_CHECKING:  # imported where they are used, so that the other commands start without them
    from signs.cli.evaluating.evaluation import Evaluation
    from signs.inference.recognizer import Recognizer

PACKAGES = {
    **SOURCE_PACKAGES, "faster_coco_eval": "faster-coco-eval", "matplotlib": "matplotlib",
    "pandas": "pandas", "scipy": "scipy", "sklearn": "scikit-learn",
}  # fmt: skip
SHOWN = 10  # unreadable pictures that are named without --json


@click.command()
@click.argument("source")
@compared_option("--model", "models", DEFAULT_MODEL, "The model file that names signs")
@compared_option(
    "--detector", "detectors", DEFAULT_DETECTOR, "The model file that finds signs in scenes"
)
@click.option(
    "--part",
    metavar="NAME",
    help="The part of the source; by default test, or all if it has no test.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
@click.option(
    "--mistakes",
    metavar="FOLDER",
    type=click.Path(path_type=Path),
    help="Write tables of all mistakes (CSV) and pictures of some (PNG) to this folder.",
)
@click.pass_context
def evaluate(
    context: click.Context,
    source: str,
    models: tuple[Path, ...],
    detectors: tuple[Path, ...],
    part: str | None,
    as_json: bool,
    mistakes: Path | None,
) -> None:
    """Score models on labeled crops or scenes, as the pipeline does on its test part.

    SOURCE is a folder, a zip archive or a hub id, as `signs data` takes it, or gtsrb. Pictures that
    cannot be read are named on stderr, and left out.
    """
    asked = context.get_parameter_source("detectors") is not ParameterSource.DEFAULT
    with packages_named("evaluating", PACKAGES):
        from signs.cli.evaluating.judging import evaluate_crops, evaluate_scenes
        from signs.inference.detector import Detector
        from signs.inference.recognizer import Recognizer

        recognizers = [(path, Recognizer(path)) for path in models]
        _require_one_label_space([recognizer for _, recognizer in recognizers])
        opened = open_either(source, recognizers[0][1].info.label_space)
        if opened.scenes is not None:
            finders = [(path, Detector(path)) for path in detectors]
            found = evaluate_scenes(opened.scenes, recognizers, finders, part, mistakes)
        else:
            assert opened.photos is not None
            if asked:
                raise click.UsageError("--detector is for scenes, and the source holds crops")
            found = evaluate_crops(opened.photos, recognizers, part, mistakes)
        _say(found, as_json)


def _require_one_label_space(recognizers: "Sequence[Recognizer]") -> None:
    """Make sure that class ids mean the same to all.

    Raises:
        SignsError: they do not.
    """
    if len({recognizer.info.label_space.names for recognizer in recognizers}) > 1:
        raise SignsError(
            "the two models tell other signs apart: `signs classes --model FILE` lists those of one"
        )


def _say(found: "Evaluation", as_json: bool) -> None:
    """Warnings to stderr, and figures to stdout."""
    from signs.cli.evaluating.table import print_evaluation

    for warning in found.warnings:
        print(f"warning: {printable(warning)}", file=sys.stderr)
    if bad := found.unreadable:
        total = len(bad) + found.count
        print(
            f"warning: {len(bad):,} of {total:,} {found.pictures} cannot be read, and are left out",
            file=sys.stderr,
        )
        for line in bad[:SHOWN]:
            print(f"  {printable(line)}", file=sys.stderr)
        if len(bad) > SHOWN:
            print(f"  ... and {len(bad) - SHOWN:,} more: --json lists all", file=sys.stderr)
    if as_json:
        print(json.dumps(found.to_dict(), indent=2, ensure_ascii=False))
    else:
        print_evaluation(found)
