"""Work in threads: order, errors, and ends."""

import threading
from collections.abc import Iterator

import pytest

from signs.media.ahead import Ahead, Behind


def numbers(count: int, error: Exception | None = None) -> Iterator[int]:
    yield from range(count)
    if error is not None:
        raise error


@pytest.mark.parametrize("waiting", [1, 4, 100])
def test_items_come_in_their_order(waiting: int) -> None:
    assert list(Ahead(numbers(20), waiting)) == list(range(20))


def test_an_error_comes_after_the_items_before_it() -> None:
    seen = []
    with pytest.raises(ValueError, match="broken"):
        for item in Ahead(numbers(3, ValueError("broken")), 2):
            seen.append(item)  # noqa: PERF402 -- extend would lose them
    assert seen == [0, 1, 2]


def test_no_more_is_made_than_waits() -> None:
    made = []

    def items() -> Iterator[int]:
        for number in range(100):
            made.append(number)
            yield number

    ahead = Ahead(items(), 2)
    next(iter(ahead))
    ahead.close()
    assert len(made) <= 5


def test_closing_closes_the_items_and_ends_the_loop() -> None:
    closed = threading.Event()

    def endless() -> Iterator[int]:
        try:
            while True:
                yield 1
        finally:
            closed.set()

    ahead = Ahead(endless(), 3)
    for count, _ in enumerate(ahead):
        if count == 5:
            ahead.stop()
    ahead.close()
    assert closed.is_set()


def test_of_live_frames_the_newest_are_kept() -> None:
    done = threading.Event()

    def items() -> Iterator[int]:
        yield from range(50)
        done.set()

    ahead = Ahead(items(), 2, newest=True)
    assert done.wait(10)
    assert list(ahead) in ([48, 49], [49])  # the end needs a place too


def test_work_behind_is_done_in_order() -> None:
    seen: list[int] = []
    behind = Behind(seen.append, 2)
    for number in range(20):
        behind.add(number)
    behind.close()
    assert seen == list(range(20))


def test_an_error_of_work_behind_is_raised_and_the_rest_is_left() -> None:
    seen: list[int] = []

    def work(number: int) -> None:
        if number == 2:
            raise OSError("full")
        seen.append(number)

    behind = Behind(work, 1)
    with pytest.raises(OSError, match="full"):
        for number in range(100):
            behind.add(number)
    with pytest.raises(OSError, match="full"):
        behind.close()
    assert seen == [0, 1]
