import numpy as np

from signs.art.drawings import GTSRB_DRAWINGS
from signs.data.scenes.pasted import with_pasted
from signs.records.packed_scenes import PackedScenes
from tests.training.detection.scenes import make_scene


def test_copies_keep_their_signs_and_their_group_and_gain_others() -> None:
    scenes = tuple(make_scene(number, [(40, 40, 72, 72)], side=320) for number in range(4))
    packed = PackedScenes(scenes, np.array(list("abcd")), "squares", GTSRB_DRAWINGS.label_space)
    more = with_pasted(packed, 2, 0, GTSRB_DRAWINGS)
    assert len(more) == 12
    assert more.groups.tolist() == list("abcdabcdabcd")
    assert more.source == "squares with drawn signs pasted in"
    assert more.scenes[:4] == scenes
    for scene, copy in zip(scenes * 2, more.scenes[4:], strict=True):
        assert copy.boxes[0].tolist() == scene.boxes[0].tolist()
        assert copy.labels[0] == scene.labels[0]
        assert copy.data != scene.data
    assert sum(len(copy.labels) for copy in more.scenes[4:]) > 8
    assert more.scenes[4].data != more.scenes[8].data
    again = with_pasted(packed, 2, 0, GTSRB_DRAWINGS)
    assert [scene.data for scene in again.scenes] == [scene.data for scene in more.scenes]
