from collections import Counter

from signs.catalog.gtsrb import GTSRB


def test_names_and_numbers_are_unique() -> None:
    assert len(GTSRB) == 43
    assert GTSRB.num_outputs == 44
    assert GTSRB.negative_label == 43
    for column in (GTSRB.names, GTSRB.german, GTSRB.numbers):
        assert len(set(column)) == 43


def test_class_6_is_the_end_of_a_limit() -> None:
    assert GTSRB.title(6) == "06 End of speed limit (80 km/h)"
    assert GTSRB.german[6] == "Ende der zulässigen Höchstgeschwindigkeit (80 km/h)"
    assert GTSRB.numbers[6] == "278-80"
    assert GTSRB.categories[6] == "derestriction"


def test_categories_are_as_large_as_in_the_benchmark() -> None:
    assert Counter(GTSRB.categories) == {
        "speed limit": 8,
        "other prohibitory": 4,
        "derestriction": 4,
        "mandatory": 8,
        "danger": 15,
        "unique": 4,
    }


def test_shapes_follow_categories() -> None:
    for name, category, shape in zip(GTSRB.names, GTSRB.categories, GTSRB.shapes, strict=True):
        if category != "unique":
            assert shape == ("triangle" if category == "danger" else "circle"), name
    shapes = dict(zip(GTSRB.names, GTSRB.shapes, strict=True))
    assert {
        n: s for n, s in shapes.items() if GTSRB.categories[GTSRB.names.index(n)] == "unique"
    } == {
        "Priority road": "diamond",
        "Yield": "inverted triangle",
        "Stop": "octagon",
        "No entry": "circle",
    }
