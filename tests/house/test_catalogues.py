"""Every entry of every catalogue has a page in the docs and a test that names it."""

from __future__ import annotations

import ast
import re
from functools import cache
from importlib import import_module

import pytest

from longwave.core.catalogue import Catalogue

from .tree import DOCS, ROOT, files, modules, parsed, text_of

LEAST = {"measure": 5, "connector": 5}
"""Kinds that this house has had since its first study, and how many at least: so that none is overlooked."""


@cache
def catalogues() -> dict[str, Catalogue[object]]:
    """Kind -> catalogue, wherever one stands in the tree."""
    found = {}
    for module in modules():
        for node in parsed(module).body:
            value = getattr(node, "value", None)
            if isinstance(value, ast.Call) and ast.unparse(value.func) == "Catalogue":
                target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0]  # type: ignore[attr-defined]
                catalogue = getattr(import_module(module), ast.unparse(target))
                found[catalogue.kind] = catalogue
    return found


def entries() -> list[tuple[str, str]]:
    return [(kind, name) for kind, catalogue in catalogues().items() for name in catalogue.names()]


@cache
def pages() -> str:
    """Every heading of the docs, and every page's file name as a heading."""
    headings = [f"# {path.stem}" for path in DOCS.rglob("*.md")]
    for path in DOCS.rglob("*.md"):
        headings += re.findall(r"^#+ .*$", text_of(path), re.MULTILINE)
    return "\n".join(headings)


@cache
def texts_of_tests() -> str:
    return "\n".join(
        text_of(path)
        for path in files()
        if path.suffix == ".py" and ROOT / "tests" in path.parents and "house" not in path.parts
    )


@pytest.mark.parametrize(("kind", "least"), LEAST.items())
def test_no_catalogue_is_overlooked(kind: str, least: int) -> None:
    assert len(catalogues()[kind].names()) >= least


@pytest.mark.parametrize(("kind", "name"), entries(), ids=str)
def test_every_entry_has_a_page(kind: str, name: str) -> None:
    assert re.search(rf"^#.*(?<![\w-]){re.escape(name)}(?![\w-])", pages(), re.MULTILINE), (
        f"no page or heading in docs/ for the {kind} {name}"
    )


@pytest.mark.parametrize(("kind", "name"), entries(), ids=str)
def test_every_entry_has_a_test_that_names_it(kind: str, name: str) -> None:
    assert re.search(rf"(?<![a-z0-9]){re.escape(name)}(?![a-z0-9])", texts_of_tests()), (
        f"no test names the {kind} {name}"
    )
