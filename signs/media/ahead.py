"""Work done in a thread while the caller does other work."""

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
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
        """The items in their order, until `stop` is called."""
        while True:
            try:
                item = self._waiting.get(timeout=LOOK)
            except Empty:
                if self._stopped.is_set():
                    return
                continue
            if item is None or self._stopped.is_set():
                return
            if isinstance(item, BaseException):
                raise item
            yield item[0]

    def stop(self) -> None:
        """End the iteration; items that wait are lost."""
        self._stopped.set()

    def close(self) -> None:
        """End the iteration and the thread."""
        self.stop()
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
        with suppress(Empty):  # where the caller was faster
            self._waiting.get_nowait()


class Behind(Generic[T]):
    """Work on items in a thread, one after another, after they are given.

    Args:
        work: done with each item.
        count: how many items wait at most; then `add` waits.
    """

    def __init__(self, work: Callable[[T], None], count: int) -> None:
        self._work_on = work
        self._waiting: Queue[tuple[T] | None] = Queue(count)
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def add(self, item: T) -> None:
        """Give an item; an error of an earlier one is raised here."""
        if self._error is not None:
            raise self._error
        self._waiting.put((item,))

    def close(self) -> None:
        """Wait until all is done; an error of the work is raised here."""
        self._waiting.put(None)
        self._thread.join()
        if self._error is not None:
            raise self._error

    def _work(self) -> None:
        while (item := self._waiting.get()) is not None:
            if self._error is None:
                try:
                    self._work_on(item[0])
                except BaseException as error:  # it belongs to who gives the items
                    self._error = error
