"""The Python face: every promised name is there, and nothing else."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys

import pytest

import longwave

from .tree import modules, parsed, room

PROMISED = {
    "study",
    "Study",
    "add",
    "pull",
    "datasets",
    "show",
    "export",
    "check",
    "Panel",
    "Estimate",
    "Settings",
}


def test_what_was_promised_is_in_the_list() -> None:
    assert set(longwave.__all__) >= PROMISED | {"__version__"}
    assert longwave.__all__ == sorted(set(longwave.__all__))


@pytest.mark.parametrize("name", longwave.__all__)
def test_every_name_is_there(name: str) -> None:
    thing = getattr(longwave, name)
    assert thing is getattr(longwave, name)
    if name != "__version__":
        assert inspect.getdoc(thing), f"{name} says nothing about itself"
        assert not inspect.ismodule(thing)


def test_a_star_import_brings_exactly_the_list() -> None:
    code = "from longwave import *; print(*sorted(set(dir()) - {'__builtins__', *dir_before}))"
    code = f"dir_before = dir() + ['dir_before']; {code}"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout.split() == sorted(longwave.__all__)


def test_dir_lists_the_names_before_they_are_used() -> None:
    code = "import longwave; print(*dir(longwave))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert set(longwave.__all__) <= set(done.stdout.split())


def test_a_strange_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="nothing_such"):
        _ = longwave.nothing_such


def test_type_checkers_and_the_interpreter_see_the_same_names() -> None:
    """What the TYPE_CHECKING block imports is what the lazy face finds, from the same homes."""
    for_checkers = {}
    for block in ast.walk(parsed("longwave")):
        if isinstance(block, ast.If) and "TYPE_CHECKING" in ast.unparse(block.test):
            for node in ast.walk(block):
                if isinstance(node, ast.ImportFrom):
                    for alias in node.names:
                        assert alias.asname == alias.name, "as itself, for strict checkers"
                        for_checkers[alias.name] = node.module
    assert for_checkers == longwave._HOMES
    assert sorted({*for_checkers, "__version__"}) == sorted(longwave.__all__)


def test_no_name_of_the_face_hides_a_room() -> None:
    """``longwave.report`` is a room: a name that equals one would change with what was imported."""
    assert not set(longwave.__all__) & {room(module) for module in modules()}
