import pytest
import torch

from signs.networks.detector import RawDetections, points
from signs.training.detection.assignment import IGNORED, assign
from signs.training.detection.batches import PADDING
from signs.training.detection.boxes import overlaps
from signs.training.detection.loss import detection_loss

CENTERS = points(64, 64)

Corners = tuple[int, int, int, int]


def perfect_distances(box: torch.Tensor) -> torch.Tensor:
    """What each point would answer to give just this box."""
    return torch.cat([CENTERS - box[:2], box[2:] - CENTERS], dim=1)


def answers(box: torch.Tensor, logit: float = 0.0) -> RawDetections:
    count = len(CENTERS)
    return RawDetections(
        torch.full((1, count), logit), torch.zeros(1, count, 4), perfect_distances(box)[None]
    )


@pytest.mark.parametrize(
    ("first", "second", "iou", "generalized"),
    [
        ((0, 0, 10, 10), (0, 0, 10, 10), 1.0, 1.0),
        ((0, 0, 10, 10), (5, 0, 15, 10), 1 / 3, 1 / 3),
        ((0, 0, 10, 10), (20, 0, 30, 10), 0.0, -1 / 3),
        ((0, 0, 10, 10), (10, 10, 20, 20), 0.0, -0.5),
        ((0, 0, 10, 10), (2, 2, 4, 4), 0.04, 0.04),
    ],
)
def test_overlaps(first: Corners, second: Corners, iou: float, generalized: float) -> None:
    found = overlaps(torch.tensor(first).float(), torch.tensor(second).float())
    assert [float(value) for value in found] == pytest.approx([iou, generalized])


def test_points_inside_a_sign_answer_for_it() -> None:
    box = torch.tensor([16.0, 16.0, 40.0, 40.0])
    targets = assign(answers(box), CENTERS, box[None, None], torch.tensor([[2]]))
    taken = targets.sign[0] > 0
    inside = torch.cat([CENTERS - box[:2], box[2:] - CENTERS], dim=1).amin(dim=1) > 0
    assert taken.sum() == 9
    assert inside[taken].all()
    assert targets.sign[0, taken].max() == pytest.approx(1)  # their boxes are perfect
    assert (targets.category[0, taken] == 2).all()
    assert (targets.boxes[0, taken] == box).all()
    assert targets.counted.all()


def test_a_sign_between_the_points_has_one_nevertheless() -> None:
    box = torch.tensor([5.0, 5.0, 8.0, 8.0])  # the nearest point is at 4, 4
    targets = assign(answers(box), CENTERS, box[None, None], torch.tensor([[0]]))
    assert (targets.sign[0] > 0).sum() == 1


def test_a_point_inside_two_signs_answers_for_one() -> None:
    boxes = torch.tensor([[8.0, 8.0, 40.0, 40.0], [24.0, 24.0, 56.0, 56.0]])
    targets = assign(answers(boxes[1]), CENTERS, boxes[None], torch.tensor([[0, 1]]))
    both = (targets.boxes[0] == boxes[1]).all(dim=1) & (targets.category[0] == 0)
    assert not both.any()
    assert {0, 1} == set(targets.category[0][targets.sign[0] > 0].tolist())


def test_points_in_ignored_regions_are_not_judged() -> None:
    region = torch.tensor([[16.0, 16.0, 40.0, 40.0]])
    answer = answers(region[0], logit=5.0)
    targets = assign(answer, CENTERS, region[None], torch.tensor([[IGNORED]]))
    inside = ((CENTERS > 16) & (CENTERS < 40)).all(dim=1)
    assert (~targets.counted[0] == inside).all()
    assert not targets.sign.any()


def test_loss_is_smallest_where_all_is_right() -> None:
    box = torch.tensor([16.0, 16.0, 40.0, 40.0])
    kinds = torch.tensor([[2]])
    right = answers(box, logit=-8.0)
    right.sign[0, assign(right, CENTERS, box[None, None], kinds).sign[0] > 0] = 8.0
    right.category[..., 2] = 8.0
    right.category[..., [0, 1, 3]] = -8.0

    def loss(answer: RawDetections) -> float:
        targets = assign(answer, CENTERS, box[None, None], kinds)
        return float(detection_loss(answer, CENTERS, targets))

    best = loss(right)
    assert best == pytest.approx(0, abs=0.02)
    moved = RawDetections(right.sign, right.category, right.distances + torch.tensor([4, 0, -4, 0]))
    another = RawDetections(right.sign, right.category.flip(2), right.distances)
    unsure = RawDetections(right.sign * 0, right.category, right.distances)
    assert all(loss(worse) > best + 0.1 for worse in (moved, another, unsure))


def test_a_batch_without_signs_has_a_finite_loss() -> None:
    empty = torch.zeros(1, 1, 4), torch.tensor([[PADDING]])
    answer = answers(torch.tensor([0.0, 0.0, 8.0, 8.0]))
    targets = assign(answer, CENTERS, *empty)
    assert torch.isfinite(detection_loss(answer, CENTERS, targets))
