"""The catalogue of sentences: every key used is there, in both languages, its blanks are filled."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TypeGuard

import pytest

from longwave.core.message import LANGUAGES, catalogue

from .tree import SOURCE, files, modules, parsed, text_of

KEY = re.compile(r"[a-z_]+\.[a-z0-9_]+")


@cache
def rooms() -> frozenset[str]:
    return frozenset(key.partition(".")[0] for key in catalogue())


def is_key(text: str) -> bool:
    return KEY.fullmatch(text) is not None and text.partition(".")[0] in rooms()


def literals(tree: ast.AST) -> Iterator[str]:
    """Texts in the code that are whole: not the pieces of one that is put together."""
    pieces = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    pieces |= {id(node.left) for node in ast.walk(tree) if isinstance(node, ast.BinOp)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in pieces:
            yield node.value


def speaks(node: ast.AST) -> TypeGuard[ast.Call]:
    """Whether a node is a call of `say` or `Message` with arguments."""
    return isinstance(node, ast.Call) and ast.unparse(node.func) in {"say", "Message"} and bool(node.args)


@cache
def said() -> dict[str, str]:
    """Literal keys handed to `say` or `Message` -> where."""
    return {
        text: f"{module}:{node.lineno}"
        for module in modules()
        for node in ast.walk(parsed(module))
        if speaks(node)
        for text in literals(node.args[0])
        if is_key(text)
    }


@cache
def written() -> frozenset[str]:
    """Every text in the code that has the form of a key."""
    found = {text for module in modules() for text in literals(parsed(module)) if is_key(text)}
    for path in files():
        if SOURCE in path.parents and path.suffix not in {".py", ".csv"} and path.parent.name != "messages":
            found |= {text for text in KEY.findall(text_of(path)) if is_key(text)}
    return frozenset(found)


@cache
def composed() -> tuple[re.Pattern[str], ...]:
    """Patterns of keys that are put together: f"measure.name_{measure}" or "measure.name_" + measure."""
    nodes = [node for module in modules() for node in ast.walk(parsed(module))]
    found = [_pattern(node.values) for node in nodes if isinstance(node, ast.JoinedStr)]
    found += [_pattern([node.left, node.right]) for node in nodes if isinstance(node, ast.BinOp)]
    return tuple(re.compile(pattern) for pattern in found if pattern)


def _pattern(parts: Sequence[ast.AST]) -> str:
    """What a text of these parts looks like; empty where it does not begin like a key."""
    head = parts[0].value if parts and isinstance(parts[0], ast.Constant) else None
    if not isinstance(head, str) or head.partition(".")[0] not in rooms() or "." not in head:
        return ""
    return "".join(re.escape(str(p.value)) if isinstance(p, ast.Constant) else "[a-z0-9_]+" for p in parts)


def blanks(template: str) -> set[str]:
    return {
        name.partition(".")[0].partition("[")[0]
        for _, name, _, _ in string.Formatter().parse(template)
        if name
    }


BOTH_SCRIPTS = {"report.other_language", "cli.study_areas"}
"""English texts that show Chinese on purpose: the door to the other language, a name as one may type it."""


@pytest.mark.parametrize("key", catalogue())
def test_a_message_is_in_both_languages_with_the_same_blanks(key: str) -> None:
    texts = catalogue()[key]
    assert set(texts) == set(LANGUAGES)
    assert blanks(texts["en"]) == blanks(texts["zh"])
    assert bool(texts["en"].strip()) == bool(texts["zh"].strip())
    words = re.sub(r"\{.*?\}", "", texts["en"])
    if re.search(r"[A-Za-z]{4}", words) and texts["zh"] != texts["en"]:
        assert re.search(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]", texts["zh"]), "no Chinese in it"
    if key not in BOTH_SCRIPTS:
        assert not re.search(r"[\u4e00-\u9fff]", texts["en"]), "Chinese in the English text"


def test_every_key_that_is_said_exists() -> None:
    assert {key: where for key, where in said().items() if key not in catalogue()} == {}


def test_every_key_that_is_composed_has_at_least_one_message() -> None:
    empty = [each.pattern for each in composed() if not any(each.fullmatch(key) for key in catalogue())]
    assert empty == []


def test_no_message_is_left_over() -> None:
    used = written()
    unused = [
        key for key in catalogue() if key not in used and not any(each.fullmatch(key) for each in composed())
    ]
    assert unused == []


def test_every_blank_is_filled() -> None:
    """Where a key is said in so many words, the blanks are those of its sentence, no fewer and no more."""
    wrong = []
    for module in modules():
        for node in ast.walk(parsed(module)):
            if not speaks(node):
                continue
            first = node.args[0]
            filled = {keyword.arg for keyword in node.keywords}
            if isinstance(first, ast.Constant) and first.value in catalogue() and None not in filled:
                wanted = blanks(catalogue()[first.value]["en"])
                if filled != wanted:
                    wrong.append(f"{module}:{node.lineno} {first.value}: {sorted(map(str, filled ^ wanted))}")
    assert wrong == []
