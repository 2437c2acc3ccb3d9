"""Where a network trains, and in which arithmetic."""

from typing import Literal

import torch
from torch import nn

from signs.errors import SignsError


def training_device(wanted: Literal["auto", "cpu", "cuda", "mps"]) -> torch.device:
    """The device that `train.device` names; "auto" is CUDA where there is one, else the CPU.

    MPS, the GPU of a Mac, is used on request only: this project has no results from it.

    Raises:
        SignsError: this machine, or this build of torch, has no such device.
    """
    there = {
        "cpu": True,
        "cuda": torch.cuda.is_available(),
        "mps": torch.backends.mps.is_available(),
    }
    if wanted == "auto":
        return torch.device("cuda" if there["cuda"] else "cpu")
    if not there[wanted]:
        found = ", ".join(name for name in there if there[name])
        raise SignsError(f"train.device: torch finds no {wanted} here ({found}): set it to auto")
    return torch.device(wanted)


def training_dtype(
    model: nn.Module,
    device: torch.device,
    wanted: Literal["auto", "float32", "bfloat16"] = "auto",
) -> torch.dtype:
    """The type that `train.precision` names, for the forward and backward pass.

    "auto" is bfloat16 where the hardware multiplies it and the network gains from it, else float32.
    It gains on CUDA from Ampere on (older GPUs only emulate bfloat16); and on processors with
    AVX-512 BF16 or AMX if the network has plain convolutions alone, which then train 1.6 times as
    fast (depthwise ones become slower). The weights themselves stay float32, and so does everything
    after training.
    """
    if wanted != "auto":
        return torch.float32 if wanted == "float32" else torch.bfloat16
    return torch.bfloat16 if _gains_from_bfloat16(model, device) else torch.float32


def _gains_from_bfloat16(model: nn.Module, device: torch.device) -> bool:
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    if device.type != "cpu":
        return False
    able = torch.cpu.get_capabilities()
    depthwise = any(m.groups > 1 for m in model.modules() if isinstance(m, nn.Conv2d))
    return not depthwise and bool(able.get("avx512_bf16") or able.get("amx_bf16"))
