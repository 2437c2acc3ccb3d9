"""`params.yaml` as people write it: read as DVC reads it, or refused in one line."""

from pathlib import Path

import pytest
from dvc.utils.serialize import load_yaml

from signs.errors import SignsError
from signs.params import load_params
from signs.params_text import read_yaml
from tests.conftest import ROOT

TEXT = (ROOT / "params.yaml").read_text(encoding="utf-8")
EPOCHS, SOURCE, PRETRAINED, DECAY = (
    next(line for line in TEXT.splitlines() if line.startswith(f"  {key}:"))
    for key in ("epochs", "source", "pretrained", "weight_decay")
)


def refusal(text: str | bytes, folder: Path) -> str:
    """What is said about a params.yaml, without its path."""
    path = folder / "params.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(SignsError) as caught:
        load_params("data", path=path)
    assert "\n" not in str(caught.value)
    return str(caught.value).removeprefix(str(path)).lstrip(": ")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("/daten/Größe (1)/gtsrb", "/daten/Größe (1)/gtsrb"),
        ("~/gtsrb", "~/gtsrb"),
        ("/a=b, c'd [e] {f}/g", "/a=b, c'd [e] {f}/g"),
        ("'/a: b #c'", "/a: b #c"),
        ("'/o''neill'", "/o'neill"),
        ("yes", "yes"),  # true in YAML 1.1, which DVC does not read
        ("12:30", "12:30"),  # 750 there
        ("/a#b", "/a#b"),
    ],
)
def test_a_path_needs_no_quotes_but_where_yaml_wants_them(
    text: str, value: str, tmp_path: Path
) -> None:
    path = tmp_path / "params.yaml"
    path.write_text(TEXT.replace(SOURCE, f"  source: {text}  # a comment"), encoding="utf-8")
    assert load_params("data.source", path=path).data.source == value
    assert load_yaml(path)["data"]["source"] == value


@pytest.mark.parametrize(
    "text", ["016", "010", "0o17", "0x10", "1_0", "1e1", "yes", "True", "1:30", "2024-01-01", "~"]
)
def test_values_are_what_dvc_takes_them_for(text: str, tmp_path: Path) -> None:
    path = tmp_path / "params.yaml"
    path.write_text(f"value: {text}")
    assert repr(read_yaml(path)) == repr(load_yaml(path))


@pytest.mark.parametrize("mark", ["\ufeff", "\r"])
def test_what_windows_editors_add_is_fine(mark: str, tmp_path: Path) -> None:
    path = tmp_path / "params.yaml"
    text = mark + TEXT if mark == "\ufeff" else TEXT.replace("\n", "\r\n")
    path.write_bytes(text.encode())
    assert load_params("data.source", path=path).data.source == "drawn"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (EPOCHS, "  epochs: 16,0", "got '16,0'; write 16"),
        (EPOCHS, "  epochs: 16,5", "got '16,5'"),
        (EPOCHS, "  epochs: 1,000", "got '1,000'"),
        (EPOCHS, "  epochs: '16'", "got '16'; write 16 without quotes"),
        (EPOCHS, "  epochs: 1e1", "got 10.0; write 10"),
        (EPOCHS, "  epochs: .inf", "got inf"),
        (EPOCHS, "  epochs:", "got nothing"),
        (DECAY, "  weight_decay: 0,5", "got '0,5'; write 0.5"),
        (DECAY, "  weight_decay: 0,125", "got '0,125'; write 0.125"),
        (DECAY, "  weight_decay: 1,125", "got '1,125'"),
        (DECAY, "  weight_decay: '0.5'", "got '0.5'; write 0.5 without quotes"),
        (DECAY, "  weight_decay: 1.000,5", "got '1.000,5'"),
        (DECAY, "  weight_decay: '1e999'", "got '1e999'"),
        (DECAY, "  weight_decay: 5 %", "got '5 %'"),
        (PRETRAINED, "  pretrained: yes", "got 'yes'; write true or false"),
        (PRETRAINED, "  pretrained: nein", "got 'nein'; write true or false"),
        (PRETRAINED, "  pretrained: 0", "got 0; write true or false"),
        (SOURCE, "  source: 2024", "got 2024; put it between single quotes"),
        (SOURCE, "  source: {x}", "got {'x': None}; put it between single quotes"),
        (SOURCE, "  source: null", "got nothing"),
    ],
)
def test_a_wrong_type_says_what_to_write(old: str, new: str, said: str, tmp_path: Path) -> None:
    name = new.split(":")[0].strip()
    refused = refusal(TEXT.replace(old, new), tmp_path)
    assert refused.startswith(("train.", "data."))
    assert f".{name}: input should be a valid " in refused
    assert refused.endswith(said)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (EPOCHS, "\tepochs: 16", "line {}: found character '\\t'"),
        (EPOCHS, "  epochs:\t16", "line {}: found character '\\t'"),
        (EPOCHS, "  epochs: 16\n  epochs: 20", 'line {+1}: found duplicate key "epochs"; keep one'),
        ("\ntrain:", "\ntrain: {{}}\ntrain:", 'found duplicate key "train"; keep one'),
        (EPOCHS, "  epochs:16", "line {} or before it: could not find expected ':'; put text with"),
        (EPOCHS, "  epochs = 16", "line {} or before it: could not find expected ':'; put text"),
        (EPOCHS, "   epochs: 16", "line {} or before it: expected <block end>"),
        (SOURCE, "  source: /a: b", "line {} or before it: mapping values are not allowed here"),
        (SOURCE, "  source: [x]/y", "line {} or before it: expected <block end>"),
        (SOURCE, "  source: @x", "line {} or before it: found character '@'"),
        (SOURCE, '  source: "C:\\x"', "line {} or before it: expected escape sequence"),
        (SOURCE, "  source: 2024-13-45", "month must be in 1..12"),
        (SOURCE, "  source: a\x07", "unacceptable character"),
        (EPOCHS, "<<<<<<< HEAD\n  epochs: 16", "line {}: two versions that git could not merge"),
        (EPOCHS, f"{EPOCHS}\n>>>>>>> b", "line {+1}: two versions that git could not merge"),
        (TEXT, f"{TEXT}---\na: 1\n", "but found another document"),
    ],
)
def test_broken_yaml_names_the_line(old: str, new: str, said: str, tmp_path: Path) -> None:
    number = TEXT.count("\n", 0, TEXT.index(old)) + 1
    said = said.replace("{+1}", str(number + 1)).replace("{}", str(number))
    refused = refusal(TEXT.replace(old, new), tmp_path)
    assert refused.startswith("is not valid YAML: ")
    assert said in refused


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("Epochs", "unknown key train.Epochs; did you mean epochs?"),
        ("EPOCHS", "unknown key train.EPOCHS; did you mean epochs?"),
        ("train.epochs", "unknown key train.train.epochs; write epochs on a line of its own below"),
        ("3", "train.3: keys should be strings, got 3"),
    ],
)
def test_an_unknown_key_says_which_is_meant(key: str, said: str, tmp_path: Path) -> None:
    assert said in refusal(TEXT.replace(EPOCHS, f"{EPOCHS}\n  {key}: 3"), tmp_path)


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "utf-16"])
def test_another_encoding_is_named(encoding: str, tmp_path: Path) -> None:
    text = TEXT.replace(SOURCE, "  source: /Größe").encode(encoding)
    assert refusal(text, tmp_path) == "is not valid YAML: save it in the encoding UTF-8"


def test_no_file_says_where_to_run(tmp_path: Path) -> None:
    with pytest.raises(SignsError, match="run this from the project's root"):
        load_params("data", path=tmp_path / "params.yaml")
