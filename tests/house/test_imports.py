"""The map of ARCHITECTURE.md: imports run downward, in no circle, and only workflows know the store."""

from __future__ import annotations

import ast
import sys
from graphlib import CycleError, TopologicalSorter

import pytest

from text_extra import TEXT_EXTRA

from .tree import ROOT, imports, modules, parsed, room

FLOORS = {
    "messages": 0,
    "core": 0,
    "factbook": 0,
    "store": 1,
    "connectors": 1,
    "numerics": 1,
    "prepare": 2,
    "measure": 3,
    "forecast": 3,
    "macro": 3,
    "text": 3,
    "report": 4,
    "policy": 4,
    "decide": 4,
    "workflows": 5,
    "cli": 6,
    "face": 6,
    "__main__": 7,
}
GROUND = {"numpy", "pandas"}
PORTABLE = {"numpy", "tokenizers", "onnxruntime"} | set(sys.stdlib_module_names)


def test_every_room_has_its_floor() -> None:
    assert {room(module) for module in modules()} <= FLOORS.keys()


def test_rooms_are_on_the_map() -> None:
    """ARCHITECTURE.md names every room."""
    page = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    for name in {room(module) for module in modules()} - {"face", "__main__"}:
        assert f"{name}/" in page, name


def test_no_import_runs_upward_or_sideways() -> None:
    wrong = []
    for each in imports():
        if not each.target.startswith("longwave"):
            continue
        here, there = room(each.module), room(each.target)
        if here != there and FLOORS[there] >= FLOORS[here]:
            wrong.append(str(each))
    assert wrong == []


def test_no_module_imports_itself_by_way_of_others() -> None:
    graph: dict[str, set[str]] = {module: set() for module in modules()}
    for each in imports():
        if each.at_start and each.target in graph and each.target != each.module:
            graph[each.module].add(each.target)
    try:
        tuple(TopologicalSorter(graph).static_order())
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def test_the_ground_stands_on_numpy_and_pandas_only() -> None:
    allowed = GROUND | {"longwave"} | set(sys.stdlib_module_names)
    wrong = [
        str(each)
        for each in imports()
        if room(each.module) in {"core", "messages"} and each.target.partition(".")[0] not in allowed
    ]
    assert wrong == []


def test_only_workflows_know_the_store() -> None:
    wrong = [
        str(each)
        for each in imports()
        if room(each.target) == "store"
        and each.target.startswith("longwave")
        and room(each.module) not in {"store", "workflows"}
    ]
    assert wrong == []


def test_reports_know_the_ground_only() -> None:
    wrong = [
        str(each)
        for each in imports()
        if room(each.module) == "report"
        and each.target.startswith("longwave")
        and room(each.target) not in {"report", "core"}
    ]
    assert wrong == []


def test_faces_import_workflows_when_they_are_called() -> None:
    """The command line starts quickly because a command brings its workflow with it only when it runs."""
    wrong = [
        str(each)
        for each in imports()
        if room(each.module) == "cli" and each.at_start and room(each.target) == "workflows"
    ]
    assert wrong == []


def test_heavy_packages_are_in_the_text_room_only() -> None:
    wrong = [
        str(each)
        for each in imports()
        if each.target.partition(".")[0] in TEXT_EXTRA and room(each.module) != "text"
    ]
    assert wrong == []


def test_tensorflow_is_nowhere() -> None:
    assert [str(each) for each in imports() if each.target.partition(".")[0] == "tensorflow"] == []


def test_the_portable_part_stands_by_itself() -> None:
    """It is shipped with exported models as it is: it knows no longwave and no torch, and its own files by a dot."""
    wrong = []
    for module in modules():
        if not module.startswith("longwave.text.portable"):
            continue
        for node in ast.walk(parsed(module)):
            if isinstance(node, ast.ImportFrom) and node.level == 1:
                continue
            targets = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            targets += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            wrong += [f"{module}: {each}" for each in targets if each.partition(".")[0] not in PORTABLE]
    assert wrong == []
