"""Open the source that `data.source` names."""

from pathlib import Path

from signs.art.drawings import GTSRB_DRAWINGS, Drawings
from signs.data import archive, kaggle, parquet
from signs.data.drawn import drawn_source
from signs.data.parquet import hub_source, is_hub_id
from signs.data.source import RELATIVE_PATH_HINT, Layout, Source
from signs.errors import SignsError
from signs.params import DataParams

LAYOUTS: tuple[Layout, ...] = (parquet, archive, kaggle)


def open_source(
    spec: str,
    params: DataParams,
    seed_offset: int = 0,
    drawings: Drawings = GTSRB_DRAWINGS,
) -> Source:
    """Find what `spec` means: `drawn`, an existing folder, or a hub id, in this order.

    Args:
        spec: the value of `data.source` or `data.test_source`.
        params: how many images to draw, and from which seed.
        seed_offset: added to that seed, so that two drawn sources differ.
        drawings: of the label space, for `drawn`.

    Raises:
        SignsError: `spec` is not one of these, the folder has no known layout, the hub cannot
            be reached, or a sign has no drawing.
    """
    if spec == "drawn":
        return drawn_source(params.drawn_per_class, params.seed + seed_offset, drawings)
    folder = Path(spec)
    if folder.is_dir():
        for layout in LAYOUTS:
            if layout.recognizes(folder):
                return layout.folder_source(folder)
        known = "; ".join(layout.LAYOUT for layout in LAYOUTS)
        state = "has no known layout" if any(folder.iterdir()) else "is empty"
        raise SignsError(f"the folder {spec} {state}; it should hold one of: {known}")
    if is_hub_id(spec):
        return hub_source(spec)
    hint = "" if folder.is_absolute() else RELATIVE_PATH_HINT
    raise SignsError(f"data source {spec!r} is neither `drawn`, a folder nor a hub id{hint}")
