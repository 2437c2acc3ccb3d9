from pathlib import Path

import pytest
import torch

from signs.packed import Packed
from signs.params import TrainParams
from signs.training.loop import EpochReport, fit
from signs.training.resume import StateFile


def test_only_the_same_run_finds_its_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = StateFile(tmp_path / "state" / "train.pt", "mine")
    assert mine.load() is None
    mine.save({"epoch": 3, "weights": torch.arange(3)})
    state = mine.load()
    assert state is not None
    assert state["weights"].tolist() == [0, 1, 2]
    assert StateFile(mine.path, "other").load() is None
    with monkeypatch.context() as context:
        context.setattr(torch, "__version__", "1.0")
        assert mine.load() is None
    (mine.path.parent / ".train.1234.pt").write_text("left by a killed run")
    mine.remove()
    assert not mine.path.parent.exists()
    mine.remove()


@pytest.mark.parametrize("arch", ["signnet", "mobilenet_v3_small"])  # the latter has dropout
@pytest.mark.parametrize("stopped_in", [1, 2, 3])
def test_a_stopped_run_ends_with_the_same_weights(
    packed: Packed, recipe: TrainParams, tmp_path: Path, arch: str, stopped_in: int
) -> None:
    params = recipe.model_copy(update={"epochs": 3, "augment": 1.0, "batch_size": 64})
    whole: list[EpochReport] = []
    expected, best = fit(packed, packed, arch, params, on_epoch=whole.append)
    steps_per_epoch = 5

    def stop(done: int, total: int, loss: float) -> None:
        if done == (stopped_in - 1) * steps_per_epoch + 3:
            raise KeyboardInterrupt

    state_file = StateFile(tmp_path / "train.pt", "run")
    with pytest.raises(KeyboardInterrupt):
        fit(packed, packed, arch, params, on_step=stop, on_state=state_file.save)
    torch.manual_seed(99)
    again: list[EpochReport] = []
    steps: list[int] = []
    model, report = fit(
        packed,
        packed,
        arch,
        params,
        on_step=lambda done, *_: steps.append(done),
        on_epoch=again.append,
        state=state_file.load(),
    )
    assert steps[0] == (stopped_in - 1) * steps_per_epoch + 1
    assert again == whole
    assert report == best
    for name, weights in expected.state_dict().items():
        assert torch.equal(weights, model.state_dict()[name]), name
