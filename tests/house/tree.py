"""The tree as the house tests see it: modules, their imports, and the files of the project."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "longwave"
DOCS = ROOT / "docs"


@dataclass(frozen=True)
class Import:
    """One import: who, what, where, and whether it happens when the module is imported."""

    module: str
    target: str
    line: int
    at_start: bool

    def __str__(self) -> str:
        return f"{self.module}:{self.line} imports {self.target}"


@cache
def modules() -> dict[str, Path]:
    """Every module of longwave by its name."""
    found = {}
    for path in sorted(SOURCE.rglob("*.py")):
        parts = ("longwave", *path.relative_to(SOURCE).with_suffix("").parts)
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


@cache
def parsed(module: str) -> ast.Module:
    return ast.parse(modules()[module].read_text("utf-8"))


@cache
def imports() -> tuple[Import, ...]:
    """Every import in the tree, also inside functions and under TYPE_CHECKING."""
    return tuple(each for module in modules() for each in _imports(module))


def _imports(module: str) -> Iterator[Import]:
    late = {id(node) for block in ast.walk(parsed(module)) if _is_late(block) for node in ast.walk(block)}
    for node in ast.walk(parsed(module)):
        at_start = id(node) not in late
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(module, alias.name, node.lineno, at_start)
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(module, node)
            for alias in node.names:
                inner = f"{base}.{alias.name}"
                yield Import(module, inner if inner in modules() else base, node.lineno, at_start)


def _is_late(node: ast.AST) -> bool:
    """Whether what is inside `node` does not run when the module is imported."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        return True
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)


def _absolute(module: str, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    package = module.split(".")
    if modules()[module].name != "__init__.py":
        package = package[:-1]
    package = package[: len(package) - node.level + 1]
    return ".".join([*package, *([node.module] if node.module else [])])


def room(module: str) -> str:
    """The room of a module: longwave.core.panel -> core; the package itself is the face."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else "face"


@cache
def files() -> tuple[Path, ...]:
    """Every file of the project: what git knows or would add; without git, what is not a by-product."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            capture_output=True,
            check=True,
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        made = {".venv", "__pycache__", ".git", "out", "build", "dist", ".mypy_cache", ".ruff_cache"}
        return tuple(
            path
            for path in sorted(ROOT.rglob("*"))
            if path.is_file() and not made & set(path.relative_to(ROOT).parts)
        )
    names = [name for name in listed.decode("utf-8").split("\0") if name]
    return tuple(ROOT / name for name in sorted(names) if (ROOT / name).is_file())


def text_of(path: Path) -> str:
    """The text of a file; empty for one that is not text."""
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        return ""
