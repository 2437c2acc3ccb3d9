"""Figures of trackers on the detections of drives."""

import json
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.rows import Row
from benchmarks.video.drives import DetectedDrive
from signs.catalog.gtsrb import GTSRB
from signs.evaluation.drives.figures import FollowedClip, figures
from signs.evaluation.drives.following import follow_drive
from signs.evaluation.drives.identity import hota, idf1, switches
from signs.evaluation.drives.overlaps import overlaps, pooled
from signs.files import write_json
from signs.records.drive import Trajectories

PEERS = Path(__file__).with_name("peers.py")


def followed(drive: DetectedDrive, threshold: float) -> tuple[FollowedClip, Trajectories, float]:
    """Ours: the clip, the boxes given while it ran, and milliseconds of a frame."""
    truth = drive.drive.truth
    started = time.perf_counter()
    clip, boxes = follow_drive(truth, drive.drive.size, drive.found, threshold, GTSRB)
    took = 1000 * (time.perf_counter() - started) / max(1, len(drive.found))
    return clip, boxes, took


def ours(drives: Sequence[DetectedDrive], threshold: float) -> tuple[Row, Row]:
    """All figures of ours, and those that other trackers have too."""
    clips, boxes, took = zip(*(followed(drive, threshold) for drive in drives), strict=True)
    row = figures(clips) | {"milliseconds": float(np.median(took))}
    return row, tracking(drives, boxes) | {"milliseconds": float(np.median(took))}


def tracking(drives: Sequence[DetectedDrive], found: Sequence[Trajectories]) -> Row:
    """Figures of the boxes that a tracker gives while a clip runs."""
    truths = [drive.drive.truth for drive in drives]
    clips = [
        overlaps(truth, boxes, GTSRB.outside_label)
        for truth, boxes in zip(truths, found, strict=True)
    ]
    frames = pooled(clips)
    return {
        "idf1": idf1(frames),
        "hota": hota(frames),
        "switches": switches(frames),
        "tracks": sum(len(np.unique(boxes.numbers)) for boxes in found),
    }


def peers(drives: Sequence[DetectedDrive], folder: Path, threshold: float) -> dict[str, Row]:
    """Others: in an environment of their own, on the files of `benchmarks.video.drives`."""
    write_json(folder / "peers.json", {})
    command = ["uv", "run", "--quiet", "--script", str(PEERS), str(folder), str(threshold)]
    subprocess.run(command, check=True)
    content = json.loads((folder / "peers.json").read_text(encoding="utf-8"))
    made = {}
    for name, result in content.items():
        found = [
            Trajectories.of((int(f), int(n), np.array(b, np.float32)) for f, n, *b in clip)
            for clip in result["clips"]
        ]
        made[name] = tracking(drives, found) | {"milliseconds": result["milliseconds"]}
    return made
