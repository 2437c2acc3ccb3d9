"""The files for containers, as far as they can be checked without an engine."""

import re
import subprocess
import sys

import pytest
import yaml

from signs.serving.http.guard import MAX_HELD
from signs.serving.scenes import HALVED_FROM
from signs.serving.settings import Settings, read_settings
from tests.conftest import ROOT
from tests.recording import PROXY_VARIABLES, recording
from tests.test_floors import closure
from ui.gallery import SAMPLES

COMPOSE = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text())
CLIPS = re.compile(r"/clips:noexec,nosuid,nodev,size=(\d+)m")  # the place for clips
READING = 1200e6  # bytes of the process that reads a clip in 4K
NUMBER = re.compile(r"(?<![:\d])\b\d+(?= ?[|;])")
# Of each container: processes, and bytes of each without a picture.
SIZES = {"service": (2, 400e6 + MAX_HELD * Settings().max_body), "page": (1, 300e6)}
# Bytes a pixel of a scene that is drawn into while another picture is decoded: the scene, its copy,
# and what is sent.
DRAWN = 4 + 4 + 2 * 3


@pytest.mark.parametrize("name", SIZES)
def test_containers_are_locked_and_watched(name: str) -> None:
    container = COMPOSE["services"][name]
    assert container["read_only"]
    assert container["cap_drop"] == ["ALL"]
    assert container["security_opt"] == ["no-new-privileges:true"]
    first, *others = container["tmpfs"]
    assert first == "/tmp:noexec,nosuid,nodev,size=64m"
    assert all(CLIPS.fullmatch(other) for other in others)
    assert 0 < container["pids_limit"] < 1000


def bytes_a_pixel() -> int:
    """The worst that the reference says decoding takes; tests/pictures/test_memory.py measures."""
    text = (ROOT / "docs/reference/pictures.md").read_text(encoding="utf-8")
    table = text.partition("| bytes a pixel, at most |")[2].partition("\n\n")[0]
    return max(int(number) for row in table.splitlines() for number in NUMBER.findall(row[1:]))


@pytest.mark.parametrize("name", SIZES)
def test_a_container_holds_the_largest_picture_in_each_process(name: str) -> None:
    processes, alone = SIZES[name]
    picture = bytes_a_pixel() * Settings().max_pixels
    picture += DRAWN * HALVED_FROM if name == "service" else 0
    container = COMPOSE["services"][name]
    assert container["cpus"] == processes
    clips = 2**20 * sum(map(int, CLIPS.findall(" ".join(container["tmpfs"]))))
    reading = READING if clips else 0
    megabytes = int(container["mem_limit"].removesuffix("m"))
    assert megabytes * 2**20 > processes * (alone + picture + reading) + clips


def test_clips_fit_into_their_place() -> None:
    """Uploads that wait, those that are drawn by each worker, and results that are kept."""
    container = COMPOSE["services"]["service"]
    given = {k: str(v) for k, v in container["environment"].items() if k.startswith("SIGNS_")}
    settings = read_settings(given)
    (size,) = CLIPS.findall(" ".join(container["tmpfs"]))
    drawn = container["cpus"] * settings.max_clip
    needed = settings.max_clips * settings.max_clip + drawn + settings.max_clips_mb * 1e6
    assert needed < int(size) * 2**20


@pytest.mark.parametrize("name", SIZES)
def test_health_is_asked_without_a_proxy(name: str) -> None:
    """Docker writes HTTP_PROXY into containers where the machine has one."""
    port, path = {"service": (3000, "/readyz"), "page": (8501, "/_stcore/health")}[name]
    kind, program, *words, script = COMPOSE["services"][name]["healthcheck"]["test"]
    assert (kind, program, words) == ("CMD", "python", ["-c"])
    for status, healthy in ((200, True), (503, False)):
        with recording(200) as proxy, recording(status) as asked:
            here = script.replace(str(port), str(asked.port))
            environment = dict.fromkeys(PROXY_VARIABLES, proxy.url)
            done = subprocess.run([sys.executable, "-c", here], env=environment, check=False)
        assert (done.returncode == 0) is healthy
        assert (proxy.paths, asked.paths) == ([], [path])


def test_the_release_runs_the_images_that_the_workflow_pushes() -> None:
    released = yaml.safe_load((ROOT / "deploy" / "compose.release.yaml").read_text())
    workflow = (ROOT / ".github" / "workflows" / "release.yaml").read_text()
    assert set(released["services"]) == set(COMPOSE["services"])
    for name, container in released["services"].items():
        pushed = container["image"].split("$")[0], f"/{name}:"
        assert re.search(re.escape(pushed[0]) + r"\$repository" + re.escape(pushed[1]), workflow)


def test_requirements_of_the_page_are_what_uv_exports() -> None:
    """After a change in pyproject.toml, run it with `-o deploy/page-requirements.txt`."""
    command = "uv export -q --only-group ui --no-hashes --no-annotate --no-header"
    done = subprocess.run(command.split(), cwd=ROOT, check=True, capture_output=True, text=True)
    assert (ROOT / "deploy" / "page-requirements.txt").read_text() == done.stdout


def copied_into_the_page_s_image() -> set[str]:
    """Files and folders that its recipe copies."""
    recipe = (ROOT / "deploy/page.Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line.split()[1:-1] for line in recipe.splitlines() if line.startswith("COPY ")]
    return {name for names in lines for name in names}


def test_the_page_s_image_holds_the_modules_that_the_page_imports() -> None:
    """Whole folders aside, the copy list names each of them, and nothing that is not there."""
    copied = copied_into_the_page_s_image()
    assert all((ROOT / name).exists() for name in copied)
    needed = closure(ROOT / "ui/app.py")
    packages = {parent / "__init__.py" for module in needed for parent in module.parents}
    for module in needed | {package for package in packages if package.is_file()}:
        name = module.relative_to(ROOT).as_posix()
        assert name in copied or name.split("/")[0] in copied, name


def test_the_page_s_image_holds_the_samples() -> None:
    place = SAMPLES.relative_to(ROOT)
    folders = {folder.as_posix() for folder in (place, *place.parents)}
    assert folders & copied_into_the_page_s_image()
