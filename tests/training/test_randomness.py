from collections.abc import Iterator

import pytest
import torch

from signs.training.randomness import Randomness

CPU = torch.device("cpu")


@pytest.fixture(autouse=True)
def switches() -> Iterator[None]:
    yield
    torch.use_deterministic_algorithms(False)


def drawn(random: Randomness) -> list[float]:
    with random.in_place():
        return torch.rand(3).tolist()


def test_the_streams_of_a_seed() -> None:
    one, two, other = Randomness(0, CPU), Randomness(0, CPU), Randomness(1, CPU)
    assert drawn(one) == drawn(two) != drawn(other)
    first = torch.rand(3, generator=one.augmentation)
    assert torch.equal(first, torch.rand(3, generator=two.augmentation))
    assert not torch.equal(first, torch.rand(3, generator=other.augmentation))
    torch.rand(5, generator=one.augmentation)
    sampled = torch.rand(3, generator=one.sampling)
    assert torch.equal(sampled, torch.rand(3, generator=two.sampling))
    assert not torch.equal(sampled, torch.rand(3, generator=other.sampling))


def test_what_others_draw_meanwhile_changes_nothing() -> None:
    one, two = Randomness(0, CPU), Randomness(0, CPU)
    expected = [drawn(one), drawn(one)]
    assert expected[0] != expected[1]
    start = drawn(two)
    torch.rand(7)
    assert [start, drawn(two)] == expected


@pytest.mark.parametrize("deterministic", [False, True])
def test_the_rest_of_the_process_notices_nothing(deterministic: bool) -> None:
    torch.use_deterministic_algorithms(deterministic)
    torch.manual_seed(5)
    expected = torch.rand(2).tolist()
    torch.manual_seed(5)
    with pytest.raises(RuntimeError), Randomness(0, CPU).in_place():
        assert torch.are_deterministic_algorithms_enabled()
        assert torch.is_deterministic_algorithms_warn_only_enabled()
        torch.rand(9)
        raise RuntimeError
    assert torch.rand(2).tolist() == expected
    assert torch.are_deterministic_algorithms_enabled() == deterministic
    assert not torch.is_deterministic_algorithms_warn_only_enabled()


def test_back_to_a_state() -> None:
    random = Randomness(0, CPU)
    drawn(random)
    state = random.state_dict()
    expected = drawn(random), torch.rand(3, generator=random.augmentation).tolist()
    again = Randomness(9, CPU)
    again.load_state_dict(state)
    assert (drawn(again), torch.rand(3, generator=again.augmentation).tolist()) == expected
