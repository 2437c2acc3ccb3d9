"""Fetch or draw road scenes and cut them by place: `detector.data.source` -> data/scenes_*.npz."""

from collections.abc import Iterable
from dataclasses import asdict

from rich.progress import track

from signs.art.drawings import Drawings, open_drawings
from signs.data.scenes.open import open_scenes
from signs.data.scenes.pack import pack_scenes
from signs.data.scenes.pasted import with_pasted
from signs.data.scenes.source import SceneSource
from signs.data.scenes.tally import SceneTally, scene_warnings
from signs.errors import one_line_errors
from signs.files import write_json
from signs.params import DetectorParams, load_params
from signs.records.origin import Origin
from signs.records.packed_scenes import PackedScenes
from signs.splitting.places import cut_scenes
from stages.paths import METRICS, SCENE_SOURCES, SCENES_TEST, SCENES_TRAIN, SCENES_VAL

PARTS = {"train": SCENES_TRAIN, "val": SCENES_VAL, "test": SCENES_TEST}
PART_NAMES = {"train": "train", "validation": "val", "test": "test"}  # sources', ours


def main() -> None:
    params = load_params("signs", "detector.data", "detector.split")
    detector, drawings = params.detector, open_drawings(params.signs)
    source = open_scenes(detector.data.source, detector.data, drawings)
    packed, origins = packed_parts(source, source.parts, detector, drawings)
    if detector.data.test_source:
        other = open_scenes(detector.data.test_source, detector.data, drawings, seed_offset=1)
        part = "test" if "test" in other.parts else "train"
        tests, more = packed_parts(other, (part,), detector, drawings)
        packed["test"] = tests[PART_NAMES[part]]
        origins += [Origin("test", origin.name, origin.license) for origin in more]
    parts = cut_scenes(packed.pop("train"), packed, detector.split)
    if copies := detector.data.pasted:
        parts["train"] = with_pasted(parts["train"], copies, detector.data.seed, drawings)
    for name, path in PARTS.items():
        parts[name].save(path)
    write_json(SCENE_SOURCES, {"parts": [asdict(origin) for origin in origins]})
    counts = {f"{name}_scenes": len(part) for name, part in parts.items()}
    signs = {
        f"{name}_signs": sum(int((scene.labels >= 0).sum()) for scene in part.scenes)
        for name, part in parts.items()
    }
    write_json(METRICS / "download_scenes.json", counts | signs)
    for name, scenes in parts.items():
        print(f"{name}: {len(scenes)} scenes, {signs[f'{name}_signs']} signs, {scenes.source}")


def packed_parts(
    source: SceneSource, names: Iterable[str], params: DetectorParams, drawings: Drawings
) -> tuple[dict[str, PackedScenes], list[Origin]]:
    """The named parts of a source, by our names, and where each comes from."""
    packed, origins, tallies = {}, [], {}
    for name in names:
        tallies[name] = SceneTally()
        scenes = track(source.parts[name](), description=f"{name}: {source.name}")
        packing = pack_scenes(
            tallies[name].count(scenes),
            source.name,
            drawings.label_space,
            params.split.max_unreadable,
        )
        for line in packing.unreadable:
            print(f"{source.name}: left out, cannot be read: {line}")
        packed[PART_NAMES[name]] = packing.scenes
        origins.append(Origin(PART_NAMES[name], source.name, source.license))
    if source.layout:  # pictures of others, of which `signs data` says the same before
        for warning in scene_warnings(source, tallies, drawings.label_space):
            print(f"warning: {warning}")
    return packed, origins


if __name__ == "__main__":
    with one_line_errors():
        main()
