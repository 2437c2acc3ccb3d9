"""The graph in dvc.yaml is as fine as the code: a change reruns only what it can change."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import ROOT
from tests.stages.project import Project
from tests.test_floors import closure

STAGES: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "dvc.yaml").read_text())["stages"]
# Plumbing that cannot change a stage's result; every other module must be in a stage's deps.
PLUMBING = {
    "signs/__init__.py",
    "signs/errors.py",
    "signs/files.py",
    "signs/params.py",
    "signs/params_text.py",
    "stages/__init__.py",
    "stages/declared.py",
    "stages/paths.py",
    "stages/progress.py",
}
# What modules read beside code.
FILES_OF = {
    "signs/art/negative_drawings.py": "signs/art/negatives_svg",
    "signs/art/raster.py": "signs/art/svg",
    "signs/catalog/gtsrb.py": "signs/catalog/gtsrb.csv",
    "signs/evaluation/report/documents.py": "signs/evaluation/templates",
}


def code_of(stage: str) -> set[str]:
    """All files of code, and those that it reads, that a stage's result depends on."""
    script = ROOT / "stages" / f"{stage}.py"
    modules = {f.relative_to(ROOT).as_posix() for f in closure(script) | {script}} - PLUMBING
    modules = {m for m in modules if not is_docstring_alone(ROOT / m)}
    return modules | {FILES_OF[m] for m in modules if m in FILES_OF}


def is_docstring_alone(path: Path) -> bool:
    return len(ast.parse(path.read_text(encoding="utf-8")).body) <= 1


def folded(files: set[str]) -> set[str]:
    """The same with a folder in the place of its files, where all of them are there."""

    def members(folder: Path) -> Iterator[str]:
        for path in sorted(folder.iterdir()):
            code = path.suffix == ".py" and not is_docstring_alone(path)
            read = path.suffix == ".csv" or (path.is_dir() and path.name != "__pycache__")
            if code or read:
                yield path.relative_to(ROOT).as_posix()

    folders = {str(Path(f).parent) for f in files if f.startswith("signs/")} - {"signs"}
    for folder in sorted(folders, reverse=True):  # what lies inside a folder first
        inside = set(members(ROOT / folder))
        if inside <= files:
            files = (files - inside) | {folder}
    return files


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_depends_on_the_code_it_runs(stage: str) -> None:
    declared = {d for d in STAGES[stage]["deps"] if d.startswith(("signs/", "stages/"))}
    assert declared == folded(code_of(stage))


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_reads_the_params_that_dvc_knows(stage: str) -> None:
    tree = ast.parse((ROOT / "stages" / f"{stage}.py").read_text())
    calls = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "load_params"
    ]
    assert len(calls) == 1
    read = [ast.literal_eval(argument) for argument in calls[0].args]
    assert read == STAGES[stage]["params"]


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_is_a_plain_command(stage: str) -> None:
    assert STAGES[stage]["cmd"] == f"python -m stages.{stage}"


# What a change reruns first; what comes after it runs again only if an output changed.
RERUNS = {
    # a comment in code
    "signs/art/camera.py": ("download", "download_scenes"),
    "signs/art/svg/14.svg": ("download", "download_scenes", "evaluate_tracker"),
    "signs/art/roads/road.py": ("download_scenes",),
    "signs/art/drives/path.py": ("evaluate_tracker",),
    "signs/data/folders/kaggle.py": ("download",),
    "signs/data/scenes/gtsdb.py": ("download_scenes",),
    "signs/data/pack.py": ("split",),
    "signs/splitting/places.py": ("download_scenes",),
    "signs/splitting/similarity.py": ("split",),
    "signs/training/augment.py": ("train",),
    "signs/training/optimizer.py": ("train", "train_detector"),
    "signs/training/detection/loss.py": ("train_detector",),
    "signs/networks/signnet.py": ("train", "export"),
    "signs/networks/detector.py": ("train_detector", "export_detector"),
    "signs/export/quantize.py": ("export", "export_detector"),
    "signs/export/graph.py": ("export",),
    "signs/export/detection/graph.py": ("export_detector",),
    "signs/inference/recognizer.py": (
        "evaluate",
        "robustness",
        "evaluate_detector",
        "evaluate_tracker",
    ),
    "signs/inference/detector.py": ("export_detector", "evaluate_detector", "evaluate_tracker"),
    "signs/inference/scene_reader.py": ("evaluate_detector", "evaluate_tracker"),
    "signs/media/files.py": ("evaluate_tracker",),
    "signs/media/live.py": (),
    "signs/video/vote.py": ("evaluate_tracker",),
    "signs/evaluation/drives/figures.py": ("evaluate_tracker",),
    "signs/inference/explain.py": (),
    "signs/evaluation/metrics.py": ("evaluate", "evaluate_detector", "report"),
    "signs/evaluation/corruptions.py": ("robustness",),
    "signs/evaluation/plots.py": ("evaluate_detector", "report"),
    "signs/evaluation/learning_curves.py": ("report",),
    "signs/evaluation/scenes/precision.py": ("export_detector", "evaluate_detector"),
    "signs/evaluation/report/scenes.py": ("report",),
    "signs/evaluation/templates/model_card.md.j2": ("report",),
    "signs/evaluation/templates/scenes.html.j2": ("report",),
    "signs/serving/http/guard.py": (),
    "signs/cli/predict.py": (),
    "stages/progress.py": (),
    "stages/paths.py": (),
    "ui/app.py": (),
    # a param (the report shows all of them)
    "data.drawn_per_class": ("download", "report"),
    "data.track_fraction": ("split", "report"),
    "image_size": ("split", "report"),
    "arch": ("train", "report"),
    "train.epochs": ("train", "report"),
    "export.max_rejected": ("export", "report"),
    "evaluate.calibration_bins": ("evaluate", "report"),
    "robustness.images": ("robustness", "report"),
    "report.gallery_size": ("report",),
    "detector.data.drawn_scenes": ("download_scenes", "report"),
    "detector.train.crops_per_epoch": ("train_detector", "report"),
    "detector.export.min_score": ("export_detector", "report"),
    "detector.evaluate.gallery_size": ("evaluate_detector", "report"),
    "video.evaluate.drives": ("evaluate_tracker", "report"),
}
OTHER_VALUES = {
    "arch": "resnet18",
    "data.track_fraction": 0.5,
    "export.max_rejected": 0.02,
    "detector.export.min_score": 0.4,
}


@pytest.mark.slow
def test_a_change_reruns_only_what_it_can_change(project: Project) -> None:
    """As `dvc status` says, for one file or one param at a time."""
    found = {}
    for changed in RERUNS:
        path = project.root / (changed if "/" in changed else "params.yaml")
        before = path.read_bytes()
        if "/" in changed:
            comment = {".svg": b"\n<!-- x -->\n", ".j2": b"{# x #}"}
            path.write_bytes(before + comment.get(path.suffix, b"\n# x\n"))
        else:
            params = yaml.safe_load(before)
            *sections, key = changed.split(".")
            section = params
            for name in sections:
                section = section[name]
            section[key] = OTHER_VALUES.get(changed) or section[key] + 1
            path.write_text(yaml.safe_dump(params))
        status = json.loads(project.dvc("status", "--json"))
        found[changed] = tuple(stage for stage in STAGES if stage in status)
        path.write_bytes(before)
    assert found == RERUNS
