"""The categories of signs that a detector tells apart, after the benchmark of detection.

S. Houben, J. Stallkamp, J. Salmen, M. Schlipsing, C. Igel, "Detection of traffic signs in
real-world images: the German Traffic Sign Detection Benchmark", IJCNN 2013, has the first three.
"""

from signs.catalog.label_space import LabelSpace

CATEGORIES = ("prohibitory", "danger", "mandatory", "other")
OTHER = CATEGORIES.index("other")
WITHIN = {
    "speed limit": "prohibitory",
    "other prohibitory": "prohibitory",
    **{category: category for category in CATEGORIES},
}


def categories_of(label_space: LabelSpace) -> tuple[int, ...]:
    """The place in `CATEGORIES` of each class, and of an outside sign last: K + 1 numbers.

    A category of the label space that has another name counts as "other".
    """
    named = [WITHIN.get(category, "other") for category in label_space.categories]
    return (*(CATEGORIES.index(name) for name in named), OTHER)
