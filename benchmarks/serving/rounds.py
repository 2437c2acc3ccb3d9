"""What is measured, and what came out of each round."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median
from typing import NamedTuple

from benchmarks.serving.wrk import Load

OURS, BASELINE = "ours", "FastAPI"
SHIPPED, CONFIGURED = "empty, as shipped", "empty, our configuration"
BATCH = 64  # images in a request to /predict_batch


class Request(NamedTuple):
    """What a server is sent: the path, the name of the body, and the images in it."""

    path: str
    body: str
    images: int


class Scene(NamedTuple):
    """One load, put on some servers in turn.

    Attributes:
        size: name of the upload.
        clients: connections, each with one request at a time.
        servers: in this order.
    """

    size: str
    clients: int
    servers: tuple[str, ...]

    @property
    def batched(self) -> bool:
        """Whether our service gets many images in one request."""
        return self.size.startswith(f"{BATCH} x ")

    def request(self, server: str) -> Request:
        """What a server is sent: of a batch the baseline, which knows none, gets one by one."""
        if not self.batched:
            return Request("/predict", self.size, 1)
        if server == OURS:
            return Request("/predict_batch", self.size, BATCH)
        return Request("/predict", self.size.removeprefix(f"{BATCH} x "), 1)


@dataclass
class Row:
    """One server in one scene.

    Attributes:
        loads: one of each round.
    """

    size: str
    clients: int
    server: str
    images: int
    loads: list[Load] = field(default_factory=list)

    def median(self, value: Callable[[Load], float]) -> float:
        """The middle one of the rounds."""
        return median(value(load) for load in self.loads)

    @property
    def errors(self) -> int:
        """In all rounds."""
        return sum(load.errors for load in self.loads)


@dataclass
class Results:
    """Everything that was measured.

    Attributes:
        sizes: bytes of each upload.
        rounds: how many.
        seconds: of one load.
        machine: a phrase.
        rows: in the order in which they were measured.
    """

    sizes: dict[str, int]
    rounds: int
    seconds: int
    machine: str
    rows: list[Row] = field(default_factory=list)

    def add(self, scene: Scene, server: str, load: Load) -> None:
        """Note one load."""
        row = self.find(scene.size, scene.clients, server)
        if row is None:
            images = scene.request(server).images
            row = Row(scene.size, scene.clients, server, images)
            self.rows.append(row)
        row.loads.append(load)

    def find(self, size: str, clients: int, server: str) -> Row | None:
        """The row of a server, where it was measured."""
        wanted = (size, clients, server)
        return next((r for r in self.rows if (r.size, r.clients, r.server) == wanted), None)

    def ours(self) -> list[Row]:
        """Those of the service."""
        return [row for row in self.rows if row.server == OURS]

    def ratio(self, row: Row, server: str, value: Callable[[Load], float]) -> float:
        """A row's number over another server's in the same scene: the median of the rounds' ratios.

        Args:
            row: of the service.
            server: the other one.
            value: the number of a load.
        """
        other = self.find(row.size, row.clients, server)
        assert other is not None
        pairs = zip(row.loads, other.loads, strict=True)
        return median(value(a) / value(b) if value(b) else math.inf for a, b in pairs)

    def speed(self, row: Row, server: str) -> float:
        """The ratio of images per second."""
        return row.images * self.ratio(row, server, lambda load: load.rate)  # others: one each
