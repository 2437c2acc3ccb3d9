"""Work done in a thread while the caller does other work."""

import threading
from collections.abc import Iterator
from queue import Empty, Full, Queue
from typing import Generic, TypeVar

T = TypeVar("T")
LOOK = 0.2  # seconds between two looks at whether the other side still waits
PATIENCE = 5.0  # seconds for the thread to end, which may wait for a network


class Ahead(Generic[T]):
    """Items of an iterator, made in a thread before they are asked for.

    Args:
        items: the iterator; an error that it raises is raised where its item is asked for.
        count: how many items wait at most.
        newest: whether the oldest waiting item gives way to a new one, as for a camera; otherwise
            the thread waits.
    """

    def __init__(self, items: Iterator[T], count: int, newest: bool = False) -> None:
        self._items, self._newest = items, newest
        self._waiting: Queue[tuple[T] | BaseException | None] = Queue(count)
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def __iter__(self) -> Iterator[T]:
        """The items in their order; None of the queue is their end."""
        while True:
            try:
                item = self._waiting.get(timeout=LOOK)  # without a limit, Ctrl-C would wait
            except Empty:
                continue
            if item is None:
                return
            if isinstance(item, BaseException):
                raise item
            yield item[0]

    def close(self) -> None:
        """Stop the thread; items that wait are lost."""
        self._stopped.set()
        self._thread.join(PATIENCE)

    def _work(self) -> None:
        end: BaseException | None = None
        try:
            for item in self._items:
                if not self._put((item,), self._newest):
                    break
        except BaseException as error:  # it belongs to who asks for the item
            end = error
        finally:
            close = getattr(self._items, "close", None)
            if close is not None:
                close()
        self._put(end, False)

    def _put(self, item: tuple[T] | BaseException | None, newest: bool) -> bool:
        """Whether an item could be put; it cannot once the caller has stopped."""
        while not self._stopped.is_set():
            try:
                self._waiting.put(item, timeout=0 if newest else LOOK)
                return True
            except Full:
                if newest:
                    self._drop()
        return False

    def _drop(self) -> None:
        try:
            self._waiting.get_nowait()
        except Empty:  # the caller was faster
            pass
