import pytest
import torch

from signs.errors import SignsError
from signs.networks.architectures import build
from signs.training.precision import training_device, training_dtype

CPU, CUDA, MPS = (torch.device(name) for name in ("cpu", "cuda", "mps"))


def machine(
    monkeypatch: pytest.MonkeyPatch, cuda: bool = False, mps: bool = False, ampere: bool = False
) -> None:
    """A machine with these devices; older GPUs than Ampere emulate bfloat16."""
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)
    monkeypatch.setattr(
        torch.cuda,
        "is_bf16_supported",
        lambda including_emulation=True: ampere or including_emulation,
    )


@pytest.mark.parametrize(
    ("cuda", "mps", "device"),
    [(True, True, CUDA), (True, False, CUDA), (False, True, CPU), (False, False, CPU)],
)
def test_auto_is_cuda_or_the_cpu(
    cuda: bool, mps: bool, device: torch.device, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine(monkeypatch, cuda, mps)
    assert training_device("auto") == device


def test_a_device_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    machine(monkeypatch, cuda=True, mps=True)
    assert training_device("cpu") == CPU
    assert training_device("cuda") == CUDA
    assert training_device("mps") == MPS


def test_a_device_that_is_not_there_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    machine(monkeypatch, mps=True)
    with pytest.raises(SignsError) as caught:
        training_device("cuda")
    expected = "train.device: torch finds no cuda here (cpu, mps): set it to auto"
    assert str(caught.value) == expected


@pytest.mark.parametrize(
    ("able", "arch", "dtype"),
    [
        ({"avx512_bf16": True}, "signnet", torch.bfloat16),
        ({"amx_bf16": True}, "resnet18", torch.bfloat16),
        ({"avx512_bf16": True}, "mobilenet_v3_small", torch.float32),  # depthwise
        ({"avx512_bf16": False}, "signnet", torch.float32),
        ({}, "signnet", torch.float32),
    ],
)
def test_bfloat16_where_the_processor_is_fast_with_it(
    able: dict[str, bool], arch: str, dtype: torch.dtype, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: able)
    model = build(arch, 44)
    assert training_dtype(model, CPU) == dtype
    assert training_dtype(model, MPS) == torch.float32
    for device in (CPU, CUDA, MPS):
        assert training_dtype(model, device, "float32") == torch.float32
        assert training_dtype(model, device, "bfloat16") == torch.bfloat16


@pytest.mark.parametrize(("ampere", "dtype"), [(True, torch.bfloat16), (False, torch.float32)])
def test_no_emulated_bfloat16_on_older_gpus(
    ampere: bool, dtype: torch.dtype, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine(monkeypatch, cuda=True, ampere=ampere)
    assert training_dtype(build("mobilenet_v3_small", 44), CUDA) == dtype
