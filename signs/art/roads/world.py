"""Where the camera stands, what the weather is, and what kind of road it is."""

from dataclasses import dataclass

import numpy as np

from signs.art.fields import Array, Rng, log_uniform, tint
from signs.art.roads.canvas import Points

WIDTH, HEIGHT = 1360, 800  # pixels
SEASONS = ("bare", "autumn", "summer", "snow")
PLACES = ("city", "village", "country", "woods", "highway")


@dataclass(frozen=True)
class World:
    """A road as a camera sees it. Lengths are in meters, from the middle of the road.

    Attributes:
        focal: in pixels.
        middle, horizon: the vanishing point in the picture, in pixels.
        eye: height of the camera.
        offset: of the camera, to the right.
        curve: of the road, 1 / radius, positive to the right.
        place: one of `PLACES`.
        season: one of `SEASONS`.
        half: half of the road's width.
        lanes: of the road.
        light: on what faces the camera, relative to the light on white paper.
        sun: 0 for a covered sky, up to 1 for hard shadows.
        sky, haze: colors in linear light, float32[3]: zenith, and air far away.
        sight: distance after which haze covers 63 %.
    """

    focal: float
    middle: float
    horizon: float
    eye: float
    offset: float
    curve: float
    place: str
    season: str
    half: float
    lanes: int
    light: float
    sun: float
    sky: Array
    haze: Array
    sight: float

    def spot(self, x: float, y: float, z: float) -> tuple[float, float]:
        """The pixel of a point `x` to the right, `y` above the road, `z` ahead."""
        side = x - self.offset + 0.5 * self.curve * z * z
        return self.middle + self.focal * side / z, self.horizon + self.focal * (self.eye - y) / z

    def spots(self, places: Points | Array) -> Points:
        """The pixels of points: float64[N, 3] to float64[N, 2]."""
        x, y, z = np.asarray(places, dtype=np.float64).T
        side = x - self.offset + 0.5 * self.curve * z * z
        return np.column_stack(
            (self.middle + self.focal * side / z, self.horizon + self.focal * (self.eye - y) / z)
        )

    def seen(self, color: Array, z: float, lit: bool = True) -> Array:
        """A color as it looks from `z` away, through haze; `lit` by the light of the scene."""
        share = np.float32(1 - np.exp(-z / self.sight))
        own = color * np.float32(self.light if lit else 1)
        return np.asarray(own + (self.haze - own) * share, dtype=np.float32)


def make_world(rng: Rng) -> World:
    """Choose a road at random."""
    place = str(rng.choice(PLACES, p=(0.32, 0.22, 0.2, 0.12, 0.14)))
    lanes = int(rng.integers(2, 5)) if place in ("highway", "city") else 2
    covered = rng.random() < 0.6
    sun = 0.0 if covered else float(rng.uniform(0.3, 1))
    blue = 0.15 * rng.random() if covered else rng.uniform(0.2, 1)
    hue = np.array([1 - 0.6 * blue, 1 - 0.28 * blue, 1], dtype=np.float32)
    bright = log_uniform(rng, 1.2, 4) if covered else log_uniform(rng, 0.8, 3.5)
    sky = (hue * bright * tint(rng, 0.05)).astype(np.float32)
    light = log_uniform(rng, 0.25, 1.0)
    gray = np.float32(sky.mean() * rng.uniform(0.5, 1.2))
    foggy = rng.random() < 0.1
    return World(
        focal=rng.uniform(800, 1250),
        middle=WIDTH / 2 + rng.normal(0, 60),
        horizon=np.clip(rng.normal(490, 35), 380, 590),
        eye=rng.uniform(1.2, 1.6),
        offset=rng.uniform(0.8, 2.2) * (1 if lanes == 2 else rng.uniform(0.5, 3)),
        curve=0.0 if rng.random() < 0.4 else rng.normal(0, 0.004),
        place=place,
        season=str(rng.choice(SEASONS, p=(0.3, 0.33, 0.32, 0.05))),
        half=lanes * rng.uniform(2.7, 3.7) / 2,
        lanes=lanes,
        light=light,
        sun=sun,
        sky=sky,
        haze=(sky * 0.5 + gray * 0.5).astype(np.float32),
        sight=log_uniform(rng, 50, 400) if foggy else log_uniform(rng, 1500, 30_000),
    )
