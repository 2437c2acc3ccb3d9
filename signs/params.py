"""`params.yaml` as frozen, validated models: a key or value that makes no sense is an error."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from signs.errors import SignsError
from signs.params_text import first_line, read_yaml

PARAMS_FILE = Path("params.yaml")

Arch = Literal[
    "signnet",
    "mobilenet_v3_small",
    "mobilenet_v3_large",
    "efficientnet_b0",
    "resnet18",
    "resnet34",
    "resnet50",
]
Seed = Annotated[int, Field(ge=0, lt=2**32)]
Number = Annotated[float, Field(allow_inf_nan=False)]
Share = Annotated[Number, Field(ge=0, le=1)]
OpenShare = Annotated[Number, Field(gt=0, lt=1)]


class Section(BaseModel):
    """Base of all sections: no unknown keys, no conversions between types, no changes later."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class DataParams(Section):
    """Where the images come from."""

    source: str = Field(min_length=1)
    test_source: str | None = Field(min_length=1)
    drawn_per_class: int = Field(ge=3)
    add_drawn: int = Field(ge=0)
    drawn_negatives: int = Field(ge=100)
    track_fraction: Share = Field(gt=0)
    seed: Seed


class SplitParams(Section):
    """How groups are cut into parts."""

    val_fraction: OpenShare
    test_fraction: OpenShare
    max_unreadable: Share = Field(lt=1)
    seed: Seed

    @model_validator(mode="after")
    def _leaves_training_data(self) -> Self:
        if self.val_fraction + self.test_fraction >= 1:
            raise ValueError("val_fraction + test_fraction must be less than 1")
        return self


class TrainParams(Section):
    """The training recipe; rates are per step, the schedule spans all epochs."""

    pretrained: bool
    epochs: int = Field(ge=1)
    small_share: Share = Field(lt=1)
    small_size: int = Field(ge=24)
    batch_size: int = Field(ge=2)
    learning_rate: Number = Field(gt=0, le=1)
    warmup_fraction: Share
    weight_decay: Number = Field(ge=0)
    label_smoothing: Share = Field(lt=1)
    ema_decay: Share = Field(lt=1)
    class_balance: Share
    negative_share: Share = Field(gt=0, lt=1)
    augment: Number = Field(ge=0, le=2)
    device: Literal["auto", "cpu", "cuda", "mps"]
    precision: Literal["auto", "float32", "bfloat16"]
    seed: Seed


class EvaluateParams(Section):
    """How results are summarized and shown."""

    calibration_bins: int = Field(ge=2)


class RobustnessParams(Section):
    """How re-crops, corruptions and out-of-distribution images are tested."""

    images: int = Field(ge=100)


class ReportParams(Section):
    """What the report shows."""

    gallery_size: int = Field(ge=1, le=200)


class ExportParams(Section):
    """What is shipped."""

    precision: Literal["fp32", "int8"]
    max_drop: Share
    max_known_drop: Share
    max_loss_rise: Share
    range_images: int = Field(ge=1)
    max_rejected: Share = Field(lt=1)


class DetectorTrainParams(Section):
    """The training recipe of a detector; rates are per step, the schedule spans all epochs."""

    epochs: int = Field(ge=1)
    crops_per_epoch: int = Field(ge=2)
    crop_size: int = Field(ge=64, multiple_of=32)
    batch_size: int = Field(ge=2)
    learning_rate: Number = Field(gt=0, le=1)
    warmup_fraction: Share
    weight_decay: Number = Field(ge=0)
    ema_decay: Share = Field(lt=1)
    augment: Share
    copied_signs: Number = Field(ge=0, le=8)
    mine_rounds: int = Field(ge=0)
    mine_score: OpenShare
    device: Literal["auto", "cpu", "cuda", "mps"]
    precision: Literal["auto", "float32", "bfloat16"]
    seed: Seed

    @model_validator(mode="after")
    def _an_epoch_has_a_step(self) -> Self:
        if self.crops_per_epoch < self.batch_size:
            raise ValueError("crops_per_epoch must be at least batch_size")
        return self


class DetectorDataParams(Section):
    """Where the scenes come from."""

    source: str = Field(min_length=1)
    test_source: str | None = Field(min_length=1)
    drawn_scenes: int = Field(ge=10)
    pasted: int = Field(ge=0)
    seed: Seed


class DetectorExportParams(Section):
    """What is shipped of a detector."""

    precision: Literal["fp32", "int8"]
    max_drop: Share
    max_tight_drop: Share
    range_scenes: int = Field(ge=1)
    limit_scenes: int = Field(ge=0)
    min_score: OpenShare
    max_side: int = Field(ge=64)


class DetectorEvaluateParams(Section):
    """How a detector's results are summarized and shown."""

    resamples: int = Field(ge=100)
    gallery_size: int = Field(ge=1, le=200)


class DetectorParams(Section):
    """The lane of the detector."""

    data: DetectorDataParams
    split: SplitParams
    train: DetectorTrainParams
    export: DetectorExportParams
    evaluate: DetectorEvaluateParams


class VideoEvaluateParams(Section):
    """Drawn drives that the tracker is judged on."""

    drives: int = Field(ge=1)
    seconds: float = Field(gt=0, le=60)
    frame_rate: float = Field(gt=0, le=60)
    seed: Seed


class VideoParams(Section):
    """The tracker."""

    evaluate: VideoEvaluateParams


class Params(Section):
    """The whole file."""

    arch: Arch
    image_size: int = Field(ge=24, le=512)
    signs: str = Field(min_length=1)
    data: DataParams
    split: SplitParams
    train: TrainParams
    export: ExportParams
    evaluate: EvaluateParams
    robustness: RobustnessParams
    report: ReportParams
    detector: DetectorParams
    video: VideoParams

    @model_validator(mode="after")
    def _imagenet_weights_exist(self) -> Self:
        if self.arch == "signnet" and self.train.pretrained:
            raise ValueError(
                "train.pretrained: signnet trains from scratch; set it to false, or choose one of "
                "torchvision's architectures as arch"
            )
        return self


def load_params(*names: str, path: Path = PARAMS_FILE) -> Params:
    """Read and validate all of `path`, and return the named entries and nothing else.

    A stage names what its `params` in `dvc.yaml` name; reading any other entry of the result is an
    `AttributeError`, so a stage cannot depend on a value that DVC does not know it depends on.

    Args:
        names: top-level entries, such as "train", or single ones of a section, as "data.source".

    Raises:
        SignsError: the file is missing or not valid YAML, or an entry is unknown, missing, of the
            wrong type or out of range; one line that names the entry.
    """
    content = read_yaml(path)
    try:
        params = Params.model_validate(content)
    except ValidationError as error:
        raise SignsError(f"{path}: {first_line(error, content, Params)}") from None
    return _only(params, names)


def _only(params: Params, names: Sequence[str]) -> Params:
    """What the dotted names stand for: whole sections, or sections with single entries."""
    entries: dict[str, Any] = {}
    for name in names:
        top, _, inner = name.partition(".")
        value = getattr(params, top)
        if inner:
            section = entries.get(top, type(value).model_construct())
            known = {n: getattr(section, n) for n in section.model_fields_set}
            value = type(value).model_construct(**known | {inner: getattr(value, inner)})
        entries[top] = value
    return Params.model_construct(**entries)
