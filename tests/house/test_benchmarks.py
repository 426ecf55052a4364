"""Benchmarks are not run by the tests, but what they take from the package must be there."""

import ast
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2] / "benchmarks"


@pytest.mark.parametrize(
    "path", sorted(ROOT.rglob("*.py")), ids=lambda path: path.relative_to(ROOT).as_posix()
)
def test_what_a_benchmark_imports_is_there(path):
    if path.parent.name == "text":
        pytest.importorskip("torch")
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("longwave"):
            module = import_module(node.module)
            for each in node.names:
                assert hasattr(module, each.name) or _is_module(f"{node.module}.{each.name}"), each.name


def _is_module(name):
    return import_module(name) is not None
