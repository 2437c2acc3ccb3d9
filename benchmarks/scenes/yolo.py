# /// script
# requires-python = "==3.11.*"
# dependencies = ["ultralytics==8.4.190", "onnx", "onnxslim"]  # AGPL-3.0: not the project's license
# ///
"""A nano YOLO, trained from scratch: `yolo.py FOLDER SECONDS`.

Runs in an environment of its own, and so imports nothing of the project. The folder has scenes in
the layout of YOLO, parts "train", "val" and "test". It trains on one thread for so many seconds
with the package's own recipe, at the size at which it is judged, and writes what it finds in the
scenes of "test" into `found.json`: [left, top, right, bottom, score, category] for each.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

import torch
import ultralytics

NAME = "yolo11n"
SIDE = 1280  # the scenes have 1360 pixels
LEAST = 0.01  # score of a find, as in ours
MOST = 300  # finds of a scene
BATCH = 4


def main() -> None:
    folder, seconds = Path(sys.argv[1]).resolve(), float(sys.argv[2])
    torch.set_num_threads(1)
    model = ultralytics.YOLO(f"{NAME}.yaml")
    started = time.process_time()
    model.train(
        data=str(folder / "data.yaml"), imgsz=SIDE, batch=BATCH, time=seconds / 3600, seed=0,
        device="cpu", workers=0, val=False, plots=False, project=str(folder), name="run",
        exist_ok=True,
    )  # fmt: skip
    took = time.process_time() - started
    trained: Any = ultralytics.YOLO(folder / "run" / "weights" / "last.pt")
    found = {}
    for path in sorted((folder / "images" / "test").iterdir()):
        result = trained.predict(str(path), imgsz=SIDE, conf=LEAST, max_det=MOST, verbose=False)[0]
        rows = torch.cat(
            [result.boxes.xyxy, result.boxes.conf[:, None], result.boxes.cls[:, None]], dim=1
        )
        found[path.stem] = rows.tolist()
    graph = trained.export(format="onnx", imgsz=(768, SIDE), simplify=True)
    epochs = len((folder / "run" / "results.csv").read_text(encoding="utf-8").splitlines()) - 1
    described = {
        "name": f"{NAME}, ultralytics {ultralytics.__version__}",
        "parameters": sum(weights.numel() for weights in trained.model.parameters()),
        "cpu_seconds": took,
        "epochs": epochs,
        "graph": str(graph),
        "found": found,
    }
    (folder / "found.json").write_text(json.dumps(described), encoding="utf-8")


if __name__ == "__main__":
    main()
