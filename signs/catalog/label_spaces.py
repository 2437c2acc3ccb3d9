"""Label spaces as tables: the built-in ones, and a person's own."""

from pathlib import Path

from signs.catalog.label_space import FIELDS, LabelSpace
from signs.csv_text import read_table
from signs.errors import SignsError

BUILT_IN = Path(__file__).parent  # NAME.csv: the label spaces that have a name
TABLE = "signs.csv"
COLUMNS = ("name", "german", "number", "category", "shape")


def open_label_space(spec: str) -> LabelSpace:
    """The label space that the param `signs` names.

    Args:
        spec: a built-in one (`gtsrb`), or a folder with a table `signs.csv`: a header and a line
            for each sign, with the columns name, german, number, category, shape; the order of the
            lines gives the class ids.

    Raises:
        SignsError: it is neither, or the table cannot be used.
    """
    built_in = {path.stem: path for path in BUILT_IN.glob("*.csv")}
    table = built_in.get(spec, Path(spec).expanduser() / TABLE)
    if not table.is_file():
        names = ", ".join(sorted(built_in))
        raise SignsError(f"signs: {spec!r} is neither {names} nor a folder with a table {TABLE}")
    try:
        content = read_table(table.read_bytes(), str(table))
        absent = [name for name in COLUMNS if name not in content.columns]
        if absent:
            raise SignsError(f"{table} has no column {absent[0]}; it needs {', '.join(COLUMNS)}")
        columns = [tuple(value.strip() for value in content.values(name)) for name in COLUMNS]
        fields = dict(zip(FIELDS, columns, strict=True))
        return LabelSpace.from_dict({**fields, "has_negatives": True})
    except (OSError, ValueError) as error:
        raise SignsError(f"{table} cannot be used: {error}") from None
