"""What a person is told about a training."""

import pytest

from stages.progress import stopped_after


@pytest.mark.parametrize(
    ("epochs", "said"),
    [
        (0, "stopped in the first epoch: nothing of it is kept; the same command starts over"),
        (1, "stopped; the same command goes on after epoch 1"),
        (12, "stopped; the same command goes on after epoch 12"),
    ],
)
def test_a_stop_says_what_is_kept(epochs: int, said: str) -> None:
    assert stopped_after(epochs) == said
