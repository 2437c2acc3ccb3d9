"""Print how much of each package the tests have run, from what `pytest --cov` left behind."""

from collections import Counter
from pathlib import Path

from coverage.control import Coverage


def main() -> None:
    """Sum statements and missed statements by folder."""
    coverage = Coverage()
    coverage.load()
    statements: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    for name in coverage.get_data().measured_files():
        path = Path(name)
        if path.is_relative_to(Path.cwd()) and path.is_file():
            package = path.relative_to(Path.cwd()).parent.as_posix()
            _, executable, _, missing, _ = coverage.analysis2(name)
            statements[package] += len(executable)
            missed[package] += len(missing)
    print(f"{'coverage by package':<24}{'statements':>12}{'missed':>8}{'covered':>9}")
    rows = [(package, statements[package], missed[package]) for package in sorted(statements)]
    for package, count, misses in [*rows, ("total", statements.total(), missed.total())]:
        print(f"{package:<24}{count:>12}{misses:>8}{1 - misses / max(count, 1):>9.1%}")


if __name__ == "__main__":
    main()
