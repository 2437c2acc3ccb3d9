"""What dvc.yaml declares of a stage."""

from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]


def code_of(stage: str, root: Path = ROOT) -> list[Path]:
    """The files and folders of code that decide a stage's result: its dependencies but for data.

    A checkpoint can so be made again, to the last byte, from what DVC knows.

    Args:
        root: of the code.
    """
    stages = yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
    return [root / path for path in stages[stage]["deps"] if path.startswith(("signs/", "stages/"))]
