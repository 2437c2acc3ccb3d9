"""What is usual: FastAPI on one uvicorn process, MobileNetV3-Small in onnxruntime, image by image.

Everything is at its default: the server's loop, parser and log, and the session of onnxruntime.
"""

import os
from io import BytesIO
from pathlib import Path
from typing import Annotated

import numpy as np
import onnxruntime as ort
from fastapi import FastAPI, Form, UploadFile
from PIL import Image

from signs.catalog.gtsrb import GTSRB

VARIABLE = "BASELINE_MODEL"  # the ONNX file to serve
SIDE = 224  # pixels
MEAN = np.array([0.485, 0.456, 0.406], np.float32)
STD = np.array([0.229, 0.224, 0.225], np.float32)

app = FastAPI()
session = ort.InferenceSession(os.environ[VARIABLE]) if VARIABLE in os.environ else None


@app.post("/predict")
def predict(image: UploadFile, top_k: Annotated[int, Form()] = 3) -> dict[str, object]:
    """The most probable classes of an image."""
    assert session is not None, f"{VARIABLE} is not set"
    picture = Image.open(BytesIO(image.file.read())).convert("RGB")
    pixels = np.asarray(picture.resize((SIDE, SIDE), Image.Resampling.LANCZOS), np.float32)
    inputs = ((pixels / 255 - MEAN) / STD).transpose(2, 0, 1)[None]
    (logits,) = session.run(None, {"images": inputs})
    powers = np.exp(logits[0] - logits[0].max())
    probabilities = powers / powers.sum()
    best = np.argsort(-probabilities)[:top_k]
    found = [{"name": GTSRB.names[i], "probability": float(probabilities[i])} for i in best]
    return {"classes": found}


def export(path: Path) -> None:
    """Write torchvision's network with 43 classes and random weights, for float[1, 3, 224, 224]."""
    import torch  # the server itself needs none
    from torchvision.models import mobilenet_v3_small

    torch.manual_seed(0)
    network = mobilenet_v3_small(num_classes=len(GTSRB))
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.momentum = 1.0  # statistics of the batch below: activations as if trained
    with torch.no_grad():
        network.train()(torch.randn(8, 3, SIDE, SIDE))
    torch.onnx.export(
        network.eval(),
        (torch.zeros(1, 3, SIDE, SIDE),),
        path,
        dynamo=True,
        external_data=False,
        input_names=["images"],
        output_names=["logits"],
        verbose=False,
    )
