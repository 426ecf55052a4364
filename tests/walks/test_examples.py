"""The scripts in examples/ run as they stand, and say what they promise."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
SAYS = {
    "compare_economies.py": ("95% interval", "grade", "IND"),
    "own_figures.py": ("32 figures, licence not stated", "Riverland", "could not be said"),
    "remake_a_mean.py": ("made again", "10.01", "CC-BY-4.0"),
}


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.py")), ids=lambda path: path.name)
def test_an_example_runs(path: Path, tmp_path: Path) -> None:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("LONGWAVE_", "XDG_"))}
    home = {"HOME": str(tmp_path), "USERPROFILE": str(tmp_path), "LONGWAVE_OFFLINE": "true"}
    done = subprocess.run(
        [sys.executable, "-W", "error", str(path)],
        env=clean | home,
        cwd=tmp_path,
        capture_output=True,
        timeout=120,
    )
    said = done.stdout.decode("utf-8")
    assert done.returncode == 0, done.stderr.decode("utf-8")
    for words in SAYS[path.name]:
        assert words in said
    if path.name == "remake_a_mean.py":
        first, again = (part.split()[-1] for part in said.splitlines()[0].split(","))
        assert first == again


def test_every_example_is_in_the_list() -> None:
    page = (EXAMPLES / "README.md").read_text("utf-8")
    for path in EXAMPLES.glob("*.py"):
        assert f"]({path.name})" in page
