"""Where a sign will be next: a constant-velocity filter of its center, size and shape.

Signs stand still and the camera drives: in its pictures a sign drifts away from the point that the
camera moves toward, and grows by a share of its size. Hence the filter follows the logarithm of
the size. The four coordinates, [x, y, log size, log aspect], are filtered each on its own: R. E.
Kalman, "A new approach to linear filtering and prediction problems", 1960, with the acceleration
as white noise.
"""

import numpy as np
import numpy.typing as npt

from signs.records.scene import Boxes

State = npt.NDArray[np.float64]  # [4]: x and y of the center, log size, log aspect

CENTER_NOISE = 0.06  # of a box, as a share of its size; and of its log size
PIXEL_NOISE = 0.5  # pixels: of the edges of a box
# Standard deviations of a sign that was seen once: per second, in shares of the size for centers.
CENTER_SPEED, SIZE_SPEED, ASPECT_SPEED = 6.0, 1.0, 0.1
# Standard deviations of the accelerations; those of centers in pixels, since the camera turns and
# shakes for all signs alike.
CENTER_JERK, SIZE_JERK, ASPECT_JERK = 500.0, 2.0, 0.1
TURN_SPEED = 150.0  # pixels per second: of the picture, where nothing is known of the camera


def state_of(box: Boxes) -> State:
    """The coordinates of a box, float32[4]."""
    width, height = np.maximum(box[2:] - box[:2], 1).tolist()
    x, y = ((box[:2] + box[2:]) / 2).tolist()
    return np.array((x, y, 0.5 * np.log(width * height), np.log(width / height)))


def box_of(state: State) -> Boxes:
    """The box of coordinates: float32[4]."""
    half = np.exp(state[2] + np.array((0.5, -0.5)) * state[3]) / 2
    return np.concatenate((state[:2] - half, state[:2] + half)).astype(np.float32)


class Motion:
    """The filter of one sign.

    Args:
        box: float32[4], where it was seen first.
        time_s: when, in seconds.
    """

    def __init__(self, box: Boxes, time_s: float) -> None:
        self._place, self._time = state_of(box), time_s
        self._speed = np.zeros(4)
        size = float(np.exp(self._place[2]))
        of_center = CENTER_SPEED * size / 4 + TURN_SPEED
        self._place_var = _noise(size)
        self._both_var = np.zeros(4)
        self._speed_var = np.array((of_center, of_center, SIZE_SPEED, ASPECT_SPEED)) ** 2

    def predict(self, time_s: float) -> tuple[Boxes, float]:
        """Where the sign should be.

        Args:
            time_s: not before the last one seen.

        Returns:
            The box, float32[4], and the standard deviation of its center in pixels.
        """
        place, var, _, _ = self._at(time_s)
        return box_of(place), float(np.sqrt(var[:2].max()))

    def see(self, box: Boxes, time_s: float) -> None:
        """Take in where the sign was seen.

        Args:
            box: float32[4].
            time_s: not before the last one.
        """
        place, place_var, both_var, speed_var = self._at(time_s)
        seen = state_of(box)
        total = place_var + _noise(float(np.exp(seen[2])))
        gain, speed_gain = place_var / total, both_var / total
        off = seen - place
        self._place, self._speed = place + gain * off, self._speed + speed_gain * off
        self._place_var, self._both_var = (1 - gain) * place_var, (1 - gain) * both_var
        self._speed_var = speed_var - speed_gain * both_var
        self._time = time_s

    def _at(self, time_s: float) -> tuple[State, State, State, State]:
        """Coordinates, their variances, covariances with the speeds, and those of the speeds."""
        dt = max(time_s - self._time, 0.0)
        jerk = np.array((CENTER_JERK, CENTER_JERK, SIZE_JERK, ASPECT_JERK)) ** 2
        place = self._place + self._speed * dt
        place_var = self._place_var + 2 * dt * self._both_var + dt**2 * self._speed_var
        return (
            place,
            place_var + jerk * dt**3 / 3,
            self._both_var + dt * self._speed_var + jerk * dt**2 / 2,
            self._speed_var + jerk * dt,
        )


def _noise(size: float) -> State:
    """Variances of the coordinates of a box as a detector gives it."""
    center = CENTER_NOISE * size + PIXEL_NOISE
    share = center / size
    return np.array((center, center, 1.4 * share, 1.4 * share)) ** 2
