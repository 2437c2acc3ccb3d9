"""Judge the files that ship on drawn drives, as `signs track` reads them -> metrics/."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from rich.progress import track

from signs.art.drawings import open_drawings
from signs.art.drives.clip import Drive
from signs.art.drives.drawn import drawn_drive
from signs.errors import one_line_errors
from signs.evaluation.drives.figures import FollowedClip, figures, sign_table
from signs.evaluation.drives.following import follow_drive
from signs.evaluation.tables import write_tables
from signs.files import write_json
from signs.inference.detector import Detector
from signs.inference.recognizer import Recognizer
from signs.inference.scene_reader import SceneReader
from signs.media.clip import Pixels, Sampling
from signs.media.files import read_file
from signs.media.writing import ClipWriter
from signs.params import load_params
from stages.paths import DETECTOR, DRIVE_TABLES, METRICS, MODEL

STREAM = 1_000_000  # of seeds: no training scene has one of them
CRF = (23, 32)  # of H.264: from fine to what dashcams write


def main() -> None:
    params = load_params("signs", "video.evaluate")
    chosen, drawings = params.video.evaluate, open_drawings(params.signs)
    reader = SceneReader(Detector(DETECTOR), Recognizer(MODEL))
    count = chosen.drives if drawings.exist else 0
    clips = []
    for number in track(range(count), description="drawn drives"):
        seed = STREAM + chosen.drives * chosen.seed + number
        drive = drawn_drive(seed, chosen.seconds, chosen.frame_rate, drawings)
        clips.append(followed(drive, chosen.frame_rate, seed, reader))
    found = figures(clips)
    write_json(
        METRICS / "evaluate_tracker.json",
        {
            "detector_version": reader.detector.info.version,
            "model_version": reader.recognizer.info.version,
            "tested_on": f"drawn drives ({count}, seed {chosen.seed})",
            **found,
        },
    )
    write_tables({"drive_signs": sign_table(clips)}, DRIVE_TABLES)
    print(
        f"of {found['signs']} signs in {count} drawn drives: {found['found']} found, "
        f"{found['named_right']} named right, {found['named_wrong']} named wrong; "
        f"{found['false_tracks']} false tracks in {found['minutes']:.1f} minutes"
    )


def followed(drive: Drive, rate: float, seed: int, reader: SceneReader) -> FollowedClip:
    """Record a drive, read the clip, and follow its signs."""
    info, label_space = reader.detector.info, reader.recognizer.info.label_space
    crf = int(np.random.default_rng(seed).integers(*CRF, endpoint=True))
    with TemporaryDirectory() as folder:
        frames = recorded(drive, rate, crf, Path(folder) / "drive.mp4")
        found = (reader.read(pixels) for pixels in frames)
        clip, _ = follow_drive(drive.truth, drive.size, found, info.threshold, label_space)
    return clip


def recorded(drive: Drive, rate: float, crf: int, path: Path) -> Iterator[Pixels]:
    """The frames of a drive as a clip has them: uint8[H, W, 3]."""
    with ClipWriter(path, rate, crf) as writer:
        for time_s, pixels in zip(drive.truth.times.tolist(), drive.frames(), strict=True):
            writer.add(pixels, time_s)
    # As many have to come back: one that is lost would shift the truth of all after it.
    for _, frame in zip(drive.truth.times, read_file(path, Sampling()).frames(), strict=True):
        yield frame.pixels


if __name__ == "__main__":
    with one_line_errors():
        main()
