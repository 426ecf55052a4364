"""Cells read by kind, and what is said of those that are not of it."""

from __future__ import annotations

import pytest

from longwave.core.errors import BadInput
from longwave.core.message import Names
from longwave.policy.toml_table import MOST_BYTES, TomlTable, read_toml


def _table(text: str) -> TomlTable:
    return read_toml(text.encode(), "garden/domain.toml")


def test_cells_come_as_what_they_are():
    told = _table(
        'a = " x "\nn = 2\nb = true\nl = ["p"]\nr = [-1, 2.5]\nt = { en = "E", zh = "Z" }\n[[s]]\nname = "one"'
    )
    assert told.text("a") == "x"
    assert told.number("n") == 2.0
    assert told.whole("n") == 2
    assert told.flag("b")
    assert told.texts("l") == ("p",)
    assert told.pair("r") == (-1.0, 2.5)
    assert told.pair("absent") is None
    assert told.names("t") == Names("E", "Z")
    assert told.names("a") == Names(" x ")
    assert told.optional_number("absent") is None
    (one,) = told.tables("s")
    assert one.where == "garden/domain.toml [[s]] one"
    assert one.text("name") == "one"
    one.finish()
    told.finish()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("a = 1", "text"), ("a = nan", "number"), ("a = inf", "number"), ("a = true", "number"), ('a = "1"', "number"),
        ("a = 1.0", "whole"), ("a = true", "whole"), ("a = 1", "flag"), ("a = [1]", "texts"), ('a = "x"', "texts"),
        ("a = [2, 1]", "pair"), ("a = [1]", "pair"), ("a = [1, 2, 3]", "pair"), ("a = [1, nan]", "pair"),
        ("a = 3", "pair"), ('a = [1, "2"]', "pair"), ("a = 1", "table"), ("a = { b = 1 }", "tables"),
        ("a = [1]", "tables"), ("a = { zh = 'x' }", "names"), ("a = { en = 1 }", "names"), ("a = 1", "names"),
        ("a = { en = 'x', fr = 'y' }", "names"), ("a = 1", "named"), ("a = [1]", "named"),
    ],
)  # fmt: skip
def test_a_cell_of_another_kind_is_told_with_its_place(text, kind):
    with pytest.raises(BadInput, match=r"garden/domain\.toml.*a should be"):
        getattr(_table(text), kind)("a")


def test_what_is_missing_unknown_or_out_of_the_list_is_told():
    with pytest.raises(BadInput, match="lacks a"):
        _table("b = 1").text("a")
    with pytest.raises(BadInput, match="one of up"):
        _table('a = "sideways"').choice("a", ("up", "down"))
    told = _table("usual_mvoe = 1")
    told.number("usual_move", 1.0)
    with pytest.raises(BadInput, match="means nothing here: usual_mvoe") as caught:
        told.finish()
    assert "usual_move" in str(caught.value.mend)


@pytest.mark.parametrize(
    "content", [b"a = ", b"\xff\xfe", b"a = 1\na = 2", b"[" * 5000, b"a = " + b"[" * 20_000, b"a = 1\x00"]
)
def test_what_is_no_toml_is_told(content):
    with pytest.raises(BadInput, match="is no TOML"):
        read_toml(content, "garden/domain.toml")


def test_a_file_that_is_too_large_is_not_read():
    with pytest.raises(BadInput, match="larger than"):
        read_toml(b"#" * (MOST_BYTES + 1), "garden/domain.toml")
