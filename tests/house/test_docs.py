"""The docs are counted: commands print themselves, settings and errors are there, links lead somewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from longwave.core import errors
from longwave.core.errors import LongwaveError
from longwave.core.settings import SECRETS, SETTINGS, variable_of

from .tree import DOCS, ROOT, files, text_of

PAGES = [path for path in files() if path.suffix == ".md"]
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_first_commands_of_the_readme_are_run_and_test(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    block = re.search(r"```\w*\n(.*?)```", text, re.DOTALL)
    assert block is not None
    first, second = block[1].splitlines()[:2]
    assert first.startswith("make run")
    assert second.startswith("make test")
    assert text.index("```") < 80, "they stand at the top"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(path: Path) -> None:
    dead = []
    for link in LINK.findall(re.sub(r"```.*?```", "", text_of(path), flags=re.DOTALL)):
        target, _, anchor = link.partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        page = (path.parent / target).resolve() if target else path
        there = page.exists() and page.is_relative_to(ROOT)
        if not there or (anchor and page.suffix == ".md" and anchor not in anchors(page)):
            dead.append(link)
    assert dead == []


def anchors(page: Path) -> set[str]:
    """Anchors of a page's headings, as code hosts make them."""
    headings = re.findall(r"^#+ (.*)$", text_of(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-") for heading in headings}


def test_the_reference_is_what_the_command_line_says() -> None:
    printed = subprocess.run(
        [sys.executable, str(DOCS / "reference" / "print_cli.py")],
        capture_output=True,
        check=True,
        timeout=120,
    ).stdout.decode("utf-8")
    assert (DOCS / "reference" / "cli.md").read_text("utf-8") == printed, "run: make docs"


@pytest.mark.parametrize("name", SETTINGS)
def test_every_setting_is_described(name: str) -> None:
    page = (DOCS / "how-to" / "settings.md").read_text("utf-8")
    assert f"| `{name}` | `{variable_of(name)}`" in page
    if name in SECRETS:
        assert f"{variable_of(name)}_FILE" in page


def test_the_tree_of_errors_is_drawn_as_it_is() -> None:
    """The picture at the top of core/errors.py has every class, below its parent, with its exit code."""
    drawn: dict[str, tuple[str, int]] = {}
    stack: list[tuple[int, str, int]] = []
    for line in (errors.__doc__ or "").splitlines():
        match = re.match(r"([│├└─ ]*)([A-Z]\w+) +(?:exit (\d+))?", line)
        if match is None or match[2] not in vars(errors):
            continue
        depth = len(match[1])
        while stack and stack[-1][0] >= depth:
            stack.pop()
        parent, code = (stack[-1][1], stack[-1][2]) if stack else ("Exception", 1)
        code = int(match[3]) if match[3] else code
        drawn[match[2]] = (parent, code)
        stack.append((depth, match[2], code))

    def below(kind: type[LongwaveError]) -> dict[str, tuple[str, int]]:
        found = {kind.__name__: (kind.__mro__[1].__name__, kind.exit_code)}
        for each in kind.__subclasses__():
            found |= below(each)
        return found

    assert drawn == below(LongwaveError)


def test_every_exit_code_is_documented() -> None:
    page = (DOCS / "reference" / "cli.md").read_text("utf-8")
    codes = {0, 130} | {
        kind.exit_code
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, LongwaveError)
    }
    for code in codes:
        assert f"| {code} | " in page
