"""Tables on disk, for plots and the report."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from signs.files import atomic_path


def write_tables(tables: Mapping[str, pd.DataFrame], folder: Path) -> None:
    """Each as NAME.csv, with six digits.

    Raises:
        OSError: a file cannot be written.
    """
    for name, table in tables.items():
        with atomic_path(folder / f"{name}.csv") as path:
            table.to_csv(path, index=False, float_format="%.6g")
