"""No drawers, no evaluated text, no pickles, no errors swallowed whole, and nothing of one machine."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from .tree import ROOT, SOURCE, files, imports, modules, parsed, text_of

DRAWERS = {
    "util",
    "utils",
    "utility",
    "utilities",
    "helper",
    "helpers",
    "common",
    "misc",
    "manager",
    "base",
    "tools",
}


def test_no_drawers() -> None:
    named = {path for path in files() if path.suffix == ".py" and SOURCE in path.parents}
    assert [str(path) for path in named if path.stem in DRAWERS] == []
    folders = {part for path in named for part in path.relative_to(SOURCE).parts[:-1]}
    assert not folders & DRAWERS


@pytest.mark.parametrize("module", modules())
def test_every_module_opens_with_its_idea(module: str) -> None:
    idea = ast.get_docstring(parsed(module))
    assert idea, f"{module} does not say what it is for"
    assert len(idea) > 10


def test_nothing_is_evaluated_or_pickled() -> None:
    wrong = [
        f"{module}:{node.lineno} {node.func.id}"
        for module in modules()
        for node in ast.walk(parsed(module))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"eval", "exec", "compile"}
    ]
    banned = {"pickle", "cPickle", "dill", "joblib", "shelve", "marshal", "yaml", "cloudpickle"}
    wrong += [str(each) for each in imports() if each.target.partition(".")[0] in banned]
    wrong += [
        f"{module}:{node.lineno} {node.attr}"
        for module in modules()
        for node in ast.walk(parsed(module))
        if isinstance(node, ast.Attribute) and node.attr in {"read_pickle", "to_pickle", "allow_pickle"}
    ]
    assert wrong == []


def test_no_error_is_swallowed_whole() -> None:
    wrong = []
    for module in modules():
        for node in ast.walk(parsed(module)):
            if isinstance(node, ast.ExceptHandler):
                caught = "everything" if node.type is None else ast.unparse(node.type)
                broad = node.type is None or re.search(r"\b(Base)?Exception\b", caught)
                raises_again = any(
                    isinstance(inner, ast.Raise) and inner.exc is None for inner in ast.walk(node)
                )
                if broad and not raises_again:
                    wrong.append(f"{module}:{node.lineno} catches {caught}")
    assert wrong == []


def test_nothing_of_one_machine_is_in_the_tree() -> None:
    """Home folders and scratch folders of whoever wrote a file say nothing to whoever reads it."""
    place = re.compile(r"(?<![\w./~-])/(?:work|root|tmp/x|home/(?!ada\b)[a-z]+)/")
    wrong = []
    for path in files():
        if path == Path(__file__).resolve():
            continue
        for number, line in enumerate(text_of(path).splitlines(), start=1):
            if place.search(line):
                wrong.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}")
    assert wrong == []


def test_nothing_is_left_to_do() -> None:
    mark = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|raise NotImplementedError")
    wrong = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in files()
        if path.suffix == ".py" and SOURCE in path.parents
        for number, line in enumerate(text_of(path).splitlines(), start=1)
        if mark.search(line)
    ]
    assert wrong == []


def test_no_mocks() -> None:
    wrong = [
        str(path.relative_to(ROOT))
        for path in files()
        if path.suffix == ".py"
        and re.search(r"^\s*(from|import) unittest\.mock|\bMagicMock\b", text_of(path), re.M)
    ]
    assert [name for name in wrong if not name.endswith("test_habits.py")] == []
