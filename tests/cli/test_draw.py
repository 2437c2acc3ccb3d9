"""`signs draw`."""

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image

from signs.cli import main
from tests.conftest import ROOT


def draw(*args: object) -> None:
    result = CliRunner().invoke(main, ["draw", *[str(arg) for arg in args]])
    assert result.exit_code == 0, result.output


def test_a_sign(tmp_path: Path) -> None:
    target = tmp_path / "stop.png"
    draw("--class", 14, "--size", 256, target)
    picture = Image.open(target)
    assert picture.size == (256, 256)
    assert picture.getpixel((0, 0)) == (0, 0, 0, 0)
    red, green, blue, alpha = picture.getpixel((128, 40))  # type: ignore[misc]
    assert red > 150 > green
    assert blue < 100
    assert alpha == 255


def test_sheets(tmp_path: Path) -> None:
    target = tmp_path / "sheet.png"
    draw("--all", "--size", 24, target)
    assert Image.open(target).size == (9 * 26 + 2, 6 * 26 + 2)
    draw("--class", 14, "--photos", 3, "--size", 40, target)
    assert Image.open(target).size == (120, 40)
    draw("--all", "--photos", 2, "--size", 20, target)
    assert Image.open(target).size == (7 * 40, 7 * 20)


def test_a_road_stands_alone(tmp_path: Path) -> None:
    target = tmp_path / "road.png"
    draw("--road", 3, target)
    assert Image.open(target).size == (1360, 800)
    for other in (["--class", "14"], ["--all"], ["--variant", "old"], ["--photos", "2"]):
        result = CliRunner().invoke(main, ["draw", "--road", "3", *other, str(target)])
        assert result.exit_code == 2
        assert "--road stands alone" in result.output


@pytest.mark.parametrize(
    ("missing", "option", "package"),
    [("resvg_py", [], "resvg-py"), ("cv2", ["--photos=1"], "opencv-python-headless")],
)
def test_a_missing_package_is_one_line(
    missing: str, option: list[str], package: str, tmp_path: Path
) -> None:
    code = f"""
import sys
class Missing:
    def find_spec(self, name, *_):
        if name == {missing!r}:
            raise ModuleNotFoundError(name=name)
sys.meta_path.insert(0, Missing())
from signs.cli import main
main()
"""
    target = tmp_path / "stop.png"
    command = [sys.executable, "-c", code, "draw", "--class=14", *option, str(target)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith(f"error: drawing needs the package {package}: ")
    assert done.stderr.count("\n") == 1
    assert not target.exists()
