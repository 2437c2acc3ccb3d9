"""Which images the paths of a command line mean."""

import os
import socket
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from signs.cli.files import counted, find_images
from signs.cli.output import writing
from signs.errors import SignsError


def touch(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def names(folder: Path, *paths: Path) -> list[str]:
    return [path.relative_to(folder).as_posix() for path in find_images(paths).paths]


def test_folders_are_searched_and_files_taken_as_they_are(tmp_path: Path) -> None:
    touch(tmp_path, "b/x.PNG", "b/a.jpg", "b/notes.txt", "b/c/b.HEIC", "b/c.jpg", "c.data")
    found = names(tmp_path, tmp_path / "c.data", tmp_path / "b")
    assert found == ["c.data", "b/a.jpg", "b/c/b.HEIC", "b/c.jpg", "b/x.PNG"]


@pytest.mark.parametrize(
    "suffix",
    [
        "jfif",
        "jpe",
        "JPG",
        "mpo",
        "pgm",
        "pbm",
        "pnm",
        "heic",
        "HEIF",
        "hif",
        "avif",
        "Tiff",
        "webp",
    ],
)
def test_suffixes(suffix: str, tmp_path: Path) -> None:
    touch(tmp_path, f"a.{suffix}")
    assert names(tmp_path, tmp_path) == [f"a.{suffix}"]


def test_what_only_looks_like_an_image_is_skipped_in_folders(tmp_path: Path) -> None:
    """Folders named like images, and what macOS and editors leave beside them."""
    touch(
        tmp_path, "photos.png/a.jpg", "photos.png/._a.jpg", "photos.png/.DS_Store",
        "__MACOSX/photos.png/._a.jpg", "__MACOSX/photos.png/a.jpg", ".thumbnails/a.png",
    )  # fmt: skip
    wanted = tmp_path / "photos.png" / "a.jpg"
    assert find_images([tmp_path]).paths == [wanted]
    assert find_images([tmp_path / "photos.png"]).paths == [wanted]
    hidden = tmp_path / ".thumbnails"  # named by the user, hence searched
    assert find_images([hidden]).paths == [hidden / "a.png"]
    assert find_images([hidden / "a.png"]).paths == [hidden / "a.png"]
    assert not find_images([tmp_path]).passed_over


def test_what_is_passed_over_is_counted(tmp_path: Path) -> None:
    touch(tmp_path, "a.jpg", "a.txt", "b/b.TXT", "b/c.csv", "README", ".hidden.txt")
    found = find_images([tmp_path])
    assert found.passed_over == {".txt": 2, ".csv": 1, "": 1}
    assert counted(found.passed_over) == (
        "passed over 4 files that are not pictures: 2 .txt, 1 without a suffix, 1 .csv"
    )


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ({}, ""),
        ({".txt": 1}, "passed over 1 file that is not a picture: 1 .txt"),
        ({".txt": 1200}, "passed over 1,200 files that are not pictures: 1,200 .txt"),
        ({".\x1b[2J": 1}, r"passed over 1 file that is not a picture: 1 .\x1b[2J"),
        (
            {f".{n}": 9 - n for n in range(8)},
            "passed over 44 files that are not pictures: 9 .0, 8 .1, 7 .2, 6 .3, 5 .4, 9 others",
        ),
    ],
)
def test_the_line_that_counts(numbers: dict[str, int], said: str) -> None:
    assert counted(Counter(numbers)) == said


def pipe(path: Path) -> None:
    os.mkfifo(path)


def bound_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (lambda path: None, "no such file or folder"),
        (lambda path: path.symlink_to("nowhere.png"), "a link to nowhere.png, where nothing is"),
        (lambda path: path.symlink_to(path.name), "Too many levels of symbolic links|a link to"),
        (lambda path: path.mkdir(), "no image in this folder"),
        pytest.param(pipe, "neither a file nor a folder",
                     marks=pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes")),
        pytest.param(bound_socket, "neither a file nor a folder",
                     marks=pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="no sockets")),
    ],
    ids=["missing", "broken link", "link to itself", "empty folder", "pipe", "socket"],
)  # fmt: skip
def test_a_path_that_cannot_be_read_does_not_stop_the_others(
    make: Callable[[Path], None], problem: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # the name of a socket is limited
    touch(tmp_path, "a.png", "c.png")
    bad = Path("bad.png")
    make(bad)
    found = find_images([Path("a.png"), bad, Path("c.png")])
    assert found.paths == [Path("a.png"), bad, Path("c.png")]
    assert list(found.problems) == [bad]
    assert any(found.problems[bad].startswith(start) for start in problem.split("|"))


@pytest.mark.parametrize(
    ("name", "problem"),
    [("https://example.org/a.png", "a web address"), ("x" * 5000, "File name too long"),
     ("a\0b", "embedded null byte|no such file"), ("~no-such-user/a.png", "no such file")],
)  # fmt: skip
def test_names_that_lead_nowhere(name: str, problem: str) -> None:
    (said,) = find_images([Path(name)]).problems.values()
    assert any(said.startswith(start) for start in problem.split("|"))


@pytest.mark.parametrize(
    "given", ["~/photo ü.jpg", "file://{home}/photo%20%C3%BC.jpg", "file:{home}/photo ü.jpg",
              "file://localhost{home}/photo%20ü.jpg"],
)  # fmt: skip
def test_names_as_shells_and_file_managers_write_them(
    given: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    touch(tmp_path, "photo ü.jpg")
    found = find_images([Path(given.format(home=tmp_path))])
    assert found.paths == [tmp_path / "photo ü.jpg"]
    assert not found.problems


def test_a_folder_without_permission_does_not_stop_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    touch(tmp_path, "a/a.png", "locked/b.png", "z.png")
    scan = os.scandir

    def refused(place: str) -> object:
        if place.endswith("locked"):
            raise PermissionError(13, "Permission denied", place)
        return scan(place)

    monkeypatch.setattr(os, "scandir", refused)  # root may read everything
    found = find_images([tmp_path])
    assert sorted(path.name for path in found.paths) == ["a.png", "locked", "z.png"]
    assert found.problems == {tmp_path / "locked": "Permission denied"}
    alone = find_images([tmp_path / "locked"])
    assert alone.problems == {tmp_path / "locked": "Permission denied"}


@pytest.mark.parametrize(
    ("name", "target", "read", "passed_over"),
    [
        ("l", "l", [], 1),  # to itself
        ("l.png", "l.png", ["l.png"], 0),
        ("l.png", "nowhere", ["l.png"], 0),
        ("l", "d", ["l/b.png"], 0),
        ("l", "../elsewhere", ["l/c.png"], 1),
        ("l.png", "../elsewhere/c.png", ["l.png"], 0),
        ("l", ".", [], 0),
        ("d/l", "..", [], 0),
        ("d/l", "../../in", [], 0),
    ],
)
def test_links_in_a_folder(
    name: str, target: str, read: list[str], passed_over: int, tmp_path: Path
) -> None:
    """They are followed, but not in a circle, and none stops the others."""
    touch(tmp_path, "in/a.png", "in/d/b.png", "elsewhere/c.png", "elsewhere/c.txt")
    (tmp_path / "in" / name).symlink_to(target)
    found = find_images([tmp_path / "in"])
    assert sorted(names(tmp_path / "in", tmp_path / "in")) == sorted(["a.png", "d/b.png", *read])
    assert found.passed_over.total() == passed_over
    assert not found.problems


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_named_pipe_in_a_folder_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    (tmp_path / "link.png").symlink_to("pipe.png")
    Image.new("RGB", (8, 8)).save(tmp_path / "image.png")
    assert find_images([tmp_path]).paths == [tmp_path / "image.png"]


def test_what_is_not_a_file_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    """A link keeps leading to its file, and a pipe stays one."""
    (tmp_path / "real.csv").write_text("old")
    (tmp_path / "link.csv").symlink_to("real.csv")
    with writing(tmp_path / "link.csv") as path:
        path.write_text("new")
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real.csv").read_text() == "new"
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    with writing(tmp_path / "pipe") as path:
        path.write_text("through")
    assert os.read(reader, 100) == b"through"
    os.close(reader)
    assert (tmp_path / "pipe").is_fifo()


def test_a_dash_is_not_a_file() -> None:
    with pytest.raises(SignsError, match="- is not the name of a file"), writing(Path("-")):
        pass
