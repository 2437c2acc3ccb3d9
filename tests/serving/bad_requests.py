"""All bad requests."""

from tests.serving.bad_crops import CROPS
from tests.serving.bad_scenes import CLIPS, SCENES

CASES = (*CROPS, *SCENES, *CLIPS)
