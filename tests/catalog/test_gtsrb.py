from collections import Counter

from signs.catalog.gtsrb import CLASSES, NUM_CLASSES, Category, Shape


def test_ids_are_places() -> None:
    assert NUM_CLASSES == 43
    assert [c.id for c in CLASSES] == list(range(43))


def test_names_and_numbers_are_unique() -> None:
    assert len({c.name for c in CLASSES}) == 43
    assert len({c.stvo for c in CLASSES}) == 43


def test_class_6_is_the_end_of_a_limit() -> None:
    assert CLASSES[6].name == "End of speed limit (80 km/h)"
    assert CLASSES[6].stvo == "278-80"
    assert CLASSES[6].category is Category.DERESTRICTION


def test_categories_are_as_large_as_in_the_benchmark() -> None:
    assert Counter(c.category for c in CLASSES) == {
        Category.SPEED_LIMIT: 8,
        Category.PROHIBITORY: 4,
        Category.DERESTRICTION: 4,
        Category.MANDATORY: 8,
        Category.DANGER: 15,
        Category.UNIQUE: 4,
    }


def test_shapes_follow_categories() -> None:
    round_categories = {
        Category.SPEED_LIMIT,
        Category.PROHIBITORY,
        Category.DERESTRICTION,
        Category.MANDATORY,
    }
    for sign in CLASSES:
        if sign.category in round_categories:
            assert sign.shape is Shape.CIRCLE, sign
        if sign.category is Category.DANGER:
            assert sign.shape is Shape.TRIANGLE, sign
    unique = {c.name: c.shape for c in CLASSES if c.category is Category.UNIQUE}
    assert unique == {
        "Priority road": Shape.DIAMOND,
        "Yield": Shape.INVERTED_TRIANGLE,
        "Stop": Shape.OCTAGON,
        "No entry": Shape.CIRCLE,
    }
