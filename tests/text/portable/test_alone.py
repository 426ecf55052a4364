"""What an export carries along needs neither the house nor torch."""

import ast
import sys
from pathlib import Path

import pytest

import longwave.text.portable as room

FILES = sorted(Path(room.__file__).parent.glob("*.py"))
ALLOWED = {"numpy", "tokenizers", "onnxruntime"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_portable_file_imports_little(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names = [each.name for each in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level <= 1
            names = [] if node.level else [str(node.module)]
        else:
            continue
        roots = {name.partition(".")[0] for name in names}
        assert roots <= ALLOWED | sys.stdlib_module_names
