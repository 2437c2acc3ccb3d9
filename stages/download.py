"""Fetch or draw the photos: `data.source` -> data/raw."""

from dataclasses import asdict

from rich.progress import track

from signs.art.drawings import open_drawings
from signs.data.drawn import drawn_source
from signs.data.drawn_negatives import left_out, negatives_source
from signs.data.open import open_source
from signs.data.store import write_photos
from signs.data.tally import Tally, warnings_of
from signs.errors import SignsError, one_line_errors
from signs.files import atomic_folder, write_json
from signs.params import load_params
from signs.records.origin import Origin
from stages.paths import RAW, SOURCES


def main() -> None:
    params = load_params(
        "signs", "data.source", "data.test_source", "data.drawn_per_class", "data.add_drawn",
        "data.drawn_negatives", "data.seed",
    )  # fmt: skip
    data, drawings = params.data, open_drawings(params.signs)
    source = open_source(data.source, data, drawings=drawings)
    if "train" not in source.parts:
        raise SignsError(f"{source.name} are for testing alone: name them as data.test_source")
    wanted = {"train": (source, "train")}
    if data.test_source:
        other = open_source(data.test_source, data, seed_offset=1, drawings=drawings)
        wanted["test"] = (other, "test" if "test" in other.parts else "train")
    elif "test" in source.parts:
        wanted["test"] = (source, "test")
    if data.add_drawn:
        wanted["extra"] = (drawn_source(data.add_drawn, data.seed + 2, drawings), "train")
    negatives = negatives_source(data.drawn_negatives, data.seed, drawings)
    if absent := left_out(drawings):
        print(f"signs: no drawings to make negatives of these kinds: {', '.join(absent)}")
    wanted |= {f"negatives_{part}": (negatives, part) for part in negatives.parts}

    origins = [Origin(name, origin.name, origin.license) for name, (origin, _) in wanted.items()]
    tallies: dict[str, Tally] = {}
    with atomic_folder(RAW) as folder:
        for name, (origin, part) in wanted.items():
            photos = track(origin.parts[part](), description=f"{name}: {origin.name}")
            tallies[name] = Tally()
            counted = tallies[name].count(photos)
            write_photos(folder / f"{name}.parquet", counted, origin, drawings.label_space)
            images = tallies[name].images
            print(f"{name}: {images} images, {origin.name}; license: {origin.license}")
    for origin in {id(origin): origin for origin, _ in wanted.values()}.values():
        if origin.layout:  # photos, of which `signs data` says the same before
            held = {name: tallies[name] for name in wanted if wanted[name][0] is origin}
            for warning in warnings_of(origin, held, drawings.label_space):
                print(f"warning: {warning}")
    write_json(SOURCES, {"parts": [asdict(origin) for origin in origins]})


if __name__ == "__main__":
    with one_line_errors():
        main()
