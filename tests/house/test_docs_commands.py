"""The examples of the docs say what they really say: each is run and compared with the page, letter by letter.

What a page leaves out with "..." and what is not run is stated in `docs/print_tour.py`, which also refreshes the pages.
"""

from __future__ import annotations

import runpy
import subprocess
import sys
from pathlib import Path

import pytest

import longwave
from longwave.core.errors import LongwaveError

from .tree import DOCS, ROOT, files, text_of

PRINTER = DOCS / "print_tour.py"
TOUR = runpy.run_path(str(PRINTER))
LONG = {"how-to/offline-and-reproducible.md", "how-to/python.md", "how-to/trace-a-number.md"}
"""Pages with several studies of what the tour shows too: run with the slow tests."""


def printed(page: Path) -> str:
    done = subprocess.run(
        [sys.executable, str(PRINTER), str(page)], capture_output=True, timeout=300, cwd=page.parent
    )
    assert done.returncode == 0, done.stderr.decode("utf-8")
    return done.stdout.decode("utf-8")


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=pytest.mark.slow) if name in LONG else name for name in TOUR["PAGES"]],
)
def test_the_examples_say_what_the_page_says(name: str) -> None:
    assert (DOCS / name).read_text("utf-8") == printed(DOCS / name), "run: make docs"


def test_a_wrong_output_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("```console\n$ longwave data show Atlantis\nAll is well.\n$ echo $?\n0\n```\n", "utf-8")
    shown = printed(page)
    assert "Error: There is no country or region 'Atlantis'." in shown
    assert "All is well." not in shown
    assert "$ echo $?\n5\n" in shown


def test_lines_are_left_out_as_the_page_asks(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    script = '```python\nprint("a\\nb\\nc\\nd")\n```\n\n```text\n```\n'
    page.write_text(f"<!-- show: 1 last -->\n{script}\n<!-- show: /[bc]/ -->\n{script}", "utf-8")
    shown = printed(page)
    assert "```text\na\n...\nd\n```" in shown
    assert "```text\n...\nb\nc\n...\n```" in shown


def test_no_page_is_overlooked() -> None:
    marked = {
        str(path.relative_to(DOCS))
        for path in files()
        if path.suffix == ".md" and DOCS in path.parents and "<!-- show: " in text_of(path)
    }
    assert marked <= set(TOUR["PAGES"])


def test_make_run_is_what_the_tour_takes_it_for() -> None:
    words = TOUR["MAKE_RUN"].removesuffix(" out").removeprefix("longwave ")
    assert f'longwave" {words} "$(OUT)"' in (ROOT / "Makefile").read_text("utf-8")


def test_the_index_of_measures_is_the_catalogue_s() -> None:
    printed = subprocess.run(
        [sys.executable, DOCS / "measures" / "print_index.py"], capture_output=True, text=True, check=True
    )
    assert (DOCS / "measures" / "index.md").read_text("utf-8") == printed.stdout


def test_every_name_of_the_face_is_told() -> None:
    page = (DOCS / "how-to" / "python.md").read_text("utf-8")
    table = page[page.index("## Every name") :]
    assert [name for name in longwave.__all__ if f"`{name}`" not in table] == []


def every_error(kind: type[LongwaveError] = LongwaveError) -> list[type[LongwaveError]]:
    found = [each for child in kind.__subclasses__() for each in every_error(child)]
    return [kind, *(each for each in found if each.__module__ == LongwaveError.__module__)]


@pytest.mark.parametrize("kind", every_error(), ids=lambda kind: kind.__name__)
def test_every_error_is_told_with_its_exit_code(kind: type[LongwaveError]) -> None:
    page = (DOCS / "reference" / "exit-codes.md").read_text("utf-8")
    code = kind.code.fget(kind.__new__(kind))  # type: ignore[attr-defined]
    assert f"| `{code}` | {kind.exit_code} | `{kind.__name__}` |" in page


def test_the_measure_of_the_how_to_works(tmp_path: Path) -> None:
    """In a process of its own, since it registers itself."""
    page = (DOCS / "how-to" / "add-a-measure.md").read_text("utf-8")
    source = page.split("```python\n", 1)[1].split("```", 1)[0]
    (tmp_path / "energy.py").write_text(source, "utf-8")
    (tmp_path / "guest.py").write_text(
        "import energy, longwave as lw\n"
        "from longwave.core.area import find_area\n"
        "from longwave.workflows.data import show\n"
        "from longwave.core.settings import load_settings\n"
        "panel = show('DEU', 'co2_intensity', settings=load_settings({'store': 'none'})).panel\n"
        "print(energy.MEASURES.get('co2_intensity').compute(panel, 'DEU').estimates[-1].name)\n",
        "utf-8",
    )
    done = subprocess.run(
        [sys.executable, "guest.py"], cwd=tmp_path, capture_output=True, text=True, timeout=120
    )
    assert done.stdout.strip() == "co2_intensity_growth_change", done.stderr
