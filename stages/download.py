"""Fetch or draw the photos: `data.source` -> data/raw."""

from rich.progress import track

from signs.errors import one_line_errors
from signs.files import atomic_folder
from signs.params import load_params
from signs.sources.drawn import drawn_source
from signs.sources.open import open_source
from signs.sources.others import others_source
from signs.sources.raw import write_photos
from stages.paths import RAW


def main() -> None:
    data = load_params("data").data
    source = open_source(data.source, data)
    wanted = {"train": (source, "train")}
    if data.test_source:
        other = open_source(data.test_source, data, seed_offset=1)
        wanted["test"] = (other, "test" if "test" in other.parts else "train")
    elif "test" in source.parts:
        wanted["test"] = (source, "test")
    if data.add_drawn:
        wanted["extra"] = (drawn_source(data.add_drawn, data.seed + 2), "train")
    others = others_source(data.drawn_others, data.seed)
    wanted |= {f"others_{part}": (others, part) for part in others.parts}

    with atomic_folder(RAW) as folder:
        for name, (origin, part) in wanted.items():
            photos = track(origin.parts[part](), description=f"{name}: {origin.name}")
            count = write_photos(folder / f"{name}.parquet", photos, origin)
            print(f"{name}: {count} images, {origin.name}; licence: {origin.licence}")


if __name__ == "__main__":
    with one_line_errors():
        main()
