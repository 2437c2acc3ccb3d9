"""Signs on the map, after a GPX track."""

import json
from pathlib import Path

import av
import pytest

from signs.cli.tracking.gpx import read_gpx
from signs.errors import SignsError
from tests.cli.conftest import Run

HEAD = '<?xml version="1.0"?><gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"><trk>'
END = "</trk></gpx>"


def segment(*points: tuple[float, float, str]) -> str:
    """Of longitudes, latitudes and times."""
    made = (f'<trkpt lat="{y}" lon="{x}"><time>{t}</time></trkpt>' for x, y, t in points)
    return f"<trkseg>{''.join(made)}</trkseg>"


def save(text: str, name: str = "t.gpx") -> Path:
    path = Path(name)
    path.write_text(text, encoding="utf-8")
    return path


TWO = segment((8.0, 50.0, "2026-05-01T10:00:00Z"), (8.2, 50.1, "2026-05-01T12:00:10+02:00"))
LATER = segment((9.0, 51.0, "2026-05-01T10:00:20.500Z"), (9.0, 51.0, "2026-05-01T10:00:30Z"))
TEN = 1777629600  # 2026-05-01T10:00:00Z


@pytest.mark.parametrize(
    ("after", "expected"),
    [(-1, None), (0, (8.0, 50.0)), (5, (8.1, 50.05)), (10, (8.2, 50.1)), (15, None),
     (20.5, (9.0, 51.0)), (25, (9.0, 51.0)), (31, None)],
)  # fmt: skip
def test_where_the_recorder_was(
    after: float, expected: tuple[float, float] | None, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Between two segments it was off; time zones count."""
    monkeypatch.chdir(tmp_path)
    place = read_gpx(save(HEAD + TWO + LATER + END)).at(TEN + after)
    assert place == (None if expected is None else pytest.approx(expected))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not a GPX file"),
        ("a shopping list", "not a GPX file"),
        (HEAD + TWO, "not a GPX file"),
        (HEAD + END, "no track whose points have a time"),
        (HEAD + '<trkseg><trkpt lat="1" lon="2"/></trkseg>' + END, "no track whose points"),
        (HEAD + segment((1, 2, "yesterday")) + END, "not a GPX file"),
        (HEAD + '<trkseg><trkpt lat="1"><time>2026</time></trkpt></trkseg>' + END, "not a GPX"),
        (HEAD + segment((2, 91, "2026-05-01T10:00:00Z")) + END, "outside of the earth"),
        (HEAD + segment((181, 1, "2026-05-01T10:00:00Z")) + END, "outside of the earth"),
        (HEAD + '<trkseg><trkpt lat="nan" lon="2"/></trkseg>' + END, "outside of the earth"),
        (f'<!DOCTYPE gpx [<!ENTITY a "aaaa">]>{HEAD}{END}', "defines a document type"),
    ],
)
def test_what_is_refused(
    text: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SignsError, match=said):
        read_gpx(save(text))


@pytest.mark.parametrize(
    ("started", "offset", "places", "said"),
    [
        ("2026-05-01T10:00:00Z", "0", 2, ""),
        ("2026-05-01T09:59:55Z", "5", 2, ""),
        ("2026-05-01T09:59:55Z", "0", 0, "the GPX track has no place for the time of 2 signs"),
        (None, "0", 2, "does not say when it begins"),
    ],
)
def test_signs_on_the_map(
    started: str | None, offset: str, places: int, said: str, track: Run
) -> None:
    def date(path: Path) -> None:
        with av.open("a.mp4") as source, av.open(str(path), "w") as output:
            stream = output.add_stream_from_template(source.streams.video[0])
            output.metadata["creation_time"] = started or ""
            for packet in source.demux(source.streams.video[0]):
                if packet.dts is not None:
                    packet.stream = stream
                    output.mux(packet)

    name = Path("dated.mp4" if started else "a.mp4")
    if started:
        date(name)
    save(HEAD + TWO + END)
    result = track(name, "--gpx", "t.gpx", "--geojson", "o.geojson", "--gpx-offset", offset)
    assert result.exit_code == 0, result.output
    assert said in result.stderr
    content = json.loads(Path("o.geojson").read_text(encoding="utf-8"))
    assert content["type"] == "FeatureCollection"
    assert len(content["features"]) == places
    for feature in content["features"]:
        assert feature["geometry"]["type"] == "Point"
        # The last frame, 0.56 s after ten.
        assert feature["geometry"]["coordinates"] == pytest.approx([8.0112, 50.0056], abs=1e-4)
        assert feature["properties"]["time"].startswith("2026-05-01T10:00:00.5")
        assert feature["properties"]["name"] in ("Stop", "Keep right")


def test_the_file_is_there_without_signs(track: Run) -> None:
    save(HEAD + TWO + END)
    assert track("empty.mp4", "--gpx", "t.gpx", "--geojson", "o.json").exit_code == 0
    assert json.loads(Path("o.json").read_text()) == {"type": "FeatureCollection", "features": []}
