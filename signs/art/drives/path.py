"""How a camera drives, turns and shakes, and what light it sees, frame by frame."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from signs.art.fields import Rng, log_uniform

Values = npt.NDArray[np.float64]

CLOSEST = (2.0, 4.0)  # how much larger the picture is at the end than at the start
TURN = 60.0  # pixels, standard deviation of a slow pan
TURNS_S = 1.0  # seconds in which a pan changes
SHAKE = (0.5, 5.0)  # pixels, standard deviation of a shake
SHAKES_S = 0.06  # seconds in which a shake changes
SPEED = (30.0, 100.0)  # km/h
UNEVEN, UNEVEN_S = 0.06, 2.0  # standard deviation of the speed, as a share, and how fast it changes
LIGHT = 0.25  # standard deviation of the exposure in stops
LIGHTS_S = 0.8  # seconds in which it changes


@dataclass(frozen=True, slots=True, eq=False)
class CameraPath:
    """The camera in F frames.

    Attributes:
        times: float64[F], in seconds.
        zooms: float64[F], 1 at first.
        shifts: float64[F, 2], of the picture in pixels of the frame.
        gains: float64[F], of the light.
    """

    times: Values
    zooms: Values
    shifts: Values
    gains: Values


def drive_path(seconds: float, rate: float, rng: Rng) -> CameraPath:
    """A drive straight ahead at constant speed, by a camera that pans and shakes.

    What is `d` ahead looks larger by 1 / d, so that the inverse of the zoom falls evenly.

    Args:
        seconds: of the clip.
        rate: frames per second.
    """
    times = np.arange(max(1, round(seconds * rate))) / rate
    share = np.linspace(0, 1, len(times))
    zooms = 1 / (1 + (1 / log_uniform(rng, *CLOSEST) - 1) * share)
    shifts = turning(times, rng)
    gains = 2 ** (LIGHT * _wandering(times, LIGHTS_S, 1, rng)[:, 0])
    return CameraPath(times, zooms, shifts, gains)


def turning(times: Values, rng: Rng) -> Values:
    """A camera that pans and shakes: float64[F, 2], how far the picture moves, in pixels."""
    pan = np.array((1.0, 0.3)) * TURN * _wandering(times, TURNS_S, 2, rng)
    shake = log_uniform(rng, *SHAKE) * _wandering(times, SHAKES_S, 2, rng)
    return pan + shake


def travelled(times: Values, rng: Rng) -> Values:
    """A car at nearly constant speed: float64[F], meters from where it is at first."""
    speed = rng.uniform(*SPEED) / 3.6
    speeds = speed * (1 + UNEVEN * _wandering(times, UNEVEN_S, 1, rng)[:, 0]).clip(0.5)
    return np.concatenate(((0.0,), np.cumsum(speeds[:-1] * np.diff(times))))


def _wandering(times: Values, constant: float, count: int, rng: Rng) -> Values:
    """Values that wander about 0 with a standard deviation of 1: float64[F, count].

    An Ornstein-Uhlenbeck process, smoothed by a second one.

    Args:
        constant: seconds after which a value has forgotten most of what it was.
    """
    step = times[1] - times[0] if len(times) > 1 else 1.0
    kept = np.exp(-step / constant)
    values = np.empty((len(times), count))
    pull, value = rng.standard_normal((2, count))
    for row in values:
        pull = kept * pull + np.sqrt(1 - kept**2) * rng.standard_normal(count)
        value = kept * value + (1 - kept) * pull * np.sqrt(2)
        row[:] = value
    return values
