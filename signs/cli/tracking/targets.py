"""Where `signs track` writes, checked before the work begins."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import click

from signs.cli.detecting.pictures import Names
from signs.cli.output import refuse_input, refuse_twins, require_writable
from signs.errors import SignsError


@dataclass(frozen=True, slots=True)
class ClipTargets:
    """What is written beside the answers on stdout; None or empty where it is not asked for.

    Attributes:
        csv, geojson: files.
        videos, mots: a file for each clip, by the clip's path.
        snapshots: a folder.
        names: of the clips, by their path: what files of their own begin with.
    """

    csv: Path | None = None
    geojson: Path | None = None
    videos: dict[str, Path] = field(default_factory=dict)
    mots: dict[str, Path] = field(default_factory=dict)
    snapshots: Path | None = None
    names: dict[str, str] = field(default_factory=dict)

    def check(self, sources: Sequence[str], others: Sequence[Path]) -> None:
        """Refuse what cannot be written, or would write over what is read; make the folders.

        Args:
            sources: the clips.
            others: files that are read too.

        Raises:
            SignsError: a target is refused.
        """
        files = {"--csv": self.csv, "--geojson": self.geojson}
        named = {option: path for option, path in files.items() if path is not None}
        named |= {f"--video of {path}": target for path, target in self.videos.items()}
        named |= {f"--mot of {path}": target for path, target in self.mots.items()}
        inputs = [*map(Path, sources), *others]
        for file in named.values():
            refuse_input(file, inputs)
        if self.snapshots is not None:
            if self.snapshots.exists() and not self.snapshots.is_dir():
                raise SignsError(f"{self.snapshots} is a file: name a folder")
            refuse_input(self.snapshots, inputs)
            named["--snapshots"] = self.snapshots
        refuse_twins(named)
        for file in (*self.videos.values(), *self.mots.values()):
            if not file.exists() or file.is_file():
                require_writable(file.parent, file)
        if self.snapshots is not None:
            require_writable(self.snapshots, self.snapshots)


def clip_names(sources: Sequence[str]) -> dict[str, str]:
    """A name for each clip, without a suffix, that no other has."""
    names = Names()
    return {s: names.name(Path(re.sub(r"[^\w.-]+", "_", Path(s).name or s))) for s in sources}


def target_files(
    option: str, target: Path | None, suffix: str, names: dict[str, str]
) -> dict[str, Path]:
    """The file of each clip: the one that an option names, or for several one each in its folder.

    Args:
        option: for the message.
        target: what it names; None where it is not given.
        suffix: of files in a folder; of a clip's own file too where it is `.mp4`.
        names: of the clips, by their path.

    Raises:
        click.UsageError: a file for several clips.
        SignsError: the name of a file has another suffix.
    """
    if target is None:
        return {}
    if len(names) > 1 or target.is_dir():
        if target.suffix.lower() == suffix and not target.is_dir():
            raise click.UsageError(
                f"{option}: {target} is one file for {len(names):,} clips: name a folder"
            )
        if target.exists() and not target.is_dir():
            raise SignsError(f"{target} is a file: name a folder")
        return {path: target / f"{name}{suffix}" for path, name in names.items()}
    if suffix == ".mp4" and target.suffix.lower() != suffix and not _is_special(target):
        raise SignsError(f"{target}: the name must end in .mp4, since clips are MP4 files")
    return dict.fromkeys(names, target)


def _is_special(target: Path) -> bool:
    """Whether it is a device or a pipe."""
    return target.exists() and not target.is_file()
