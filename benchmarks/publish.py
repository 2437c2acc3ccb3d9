"""Where results go: the screen, and a file that is committed."""

from pathlib import Path

from signs.files import atomic_path

RESULTS = Path(__file__).parent / "results"


def publish(name: str, text: str) -> None:
    """Print a Markdown text, and write it to `benchmarks/results/NAME`.

    Raises:
        OSError: the file cannot be written.
    """
    print(text)
    with atomic_path(RESULTS / name) as path:
        path.write_text(text.rstrip("\n") + "\n", encoding="utf-8")
