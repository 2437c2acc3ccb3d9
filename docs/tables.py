"""The tables of README.md and docs/ by name, and the README's."""

from collections.abc import Callable

from docs.benchmark_tables import leak, recognition, soak, trust
from docs.markdown import markdown, percent, shares
from docs.results import BENCHMARKS, SEEDS, CommittedResults, measured_at
from docs.run_tables import corruptions, out_of_distribution, recrops, risk

COMMITTED = "committed run"


def overview(results: CommittedResults) -> str:
    """What came out, in six rows: the README's."""
    run = results.value("metrics/evaluate.json")
    outside = results.value("metrics/tables/out_of_distribution.csv", "tested sign")
    scenes = results.value(f"{BENCHMARKS}/scenes/default.json")
    default, ours, peer = (
        results.value(f"{BENCHMARKS}/recognition/{name}.json")
        for name in ("default", SEEDS[0], "peer")
    )
    on_photos = default["files"]["fp32"]
    images = results.value("metrics/split.json", "test_images")
    photos = f"{ours['files']['int8']['images']:,} GTSRB photos"
    right = shares(results.value("derived", "seeds/accuracy"), 2)
    return markdown(
        ("trained on", "tested on", "result", "measured at"),
        [
            (
                "drawn crops (the default run)",
                f"{images:,} other drawn crops",
                f"{percent(run['accuracy'])} right, {run['errors']} errors",
                COMMITTED,
            ),
            (
                "the same",
                f"{int(outside['images']):,} drawn signs outside the 43",
                f"{percent(outside['accepted'], 0)} wrongly accepted",
                COMMITTED,
            ),
            (
                "the same",
                f"{on_photos['images']:,} GTSRB photos",
                f"{percent(on_photos['accuracy'])} right, {on_photos['errors']} errors",
                measured_at(default),
            ),
            (
                "drawn roads and crops (the default run)",
                f"{scenes['signs']} signs in {scenes['scenes']} road scenes of GTSDB",
                f"found: AP50 {percent(scenes['any_sign_ap50'])}; named: "
                f"{percent(scenes['micro_ap50'])}",
                measured_at(scenes),
            ),
            (
                "GTSRB photos and drawn crops, three seeds, INT8",
                f"{photos} of other physical signs",
                f"{right} right",
                measured_at(ours),
            ),
            (
                "GTSRB photos, the usual recipe (MobileNetV3-Small at 224 pixels)",
                "the same photos",
                f"{percent(peer['files']['fp32']['accuracy'])} right",
                measured_at(peer),
            ),
        ],
    )


TABLES: dict[str, Callable[[CommittedResults], str]] = {
    table.__name__: table
    for table in (
        overview,
        recognition,
        trust,
        out_of_distribution,
        risk,
        recrops,
        corruptions,
        leak,
        soak,
    )
}
