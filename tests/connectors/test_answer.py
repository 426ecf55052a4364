"""An answer's bytes as JSON, text and figures, and the sentences for what is none of these."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.connectors.answer import expect, number_or_none, read_json, read_text, text_at
from longwave.connectors.raw_cache import Fetched
from longwave.core.errors import FetchError


def answer(data: bytes, media_type: str = "application/json") -> Fetched:
    return Fetched(data, "https://api.worldbank.org/", "2024-05-01T10:00:00Z", "", media_type)


def test_json_is_read_with_or_without_a_mark_and_whatever_its_label() -> None:
    assert read_json(answer(b'\xef\xbb\xbf {"a": [1, null]}', "text/html"), "X") == {"a": [1, None]}
    assert read_json(answer(b'{"a": NaN}'), "X") == {"a": None}


@pytest.mark.parametrize(
    "page", [b"<!DOCTYPE html><html></html>", b"\n <html>", b"<?xml version='1.0'?><a/>"]
)
def test_a_page_instead_of_data_is_named(page: bytes) -> None:
    with pytest.raises(FetchError, match="X answered with a web page"):
        read_json(answer(page), "X")


@pytest.mark.parametrize(
    "data", [b"", b'{"a": [1, 2', b"{'a': 1}", b'{"a": Infinity}', b"[" * 100_000, b"1" * 9999]
)
def test_broken_json_is_named(data: bytes) -> None:
    with pytest.raises(FetchError, match="cut off or is no JSON"):
        read_json(answer(data), "X")


def test_text_that_is_not_utf8_is_named() -> None:
    with pytest.raises(FetchError, match="not UTF-8"):
        read_text(answer("Côte".encode("latin-1")), "X")


@given(st.binary(max_size=60))
def test_any_bytes_are_json_or_a_sentence(data: bytes) -> None:
    try:
        read_json(answer(data), "X")
    except FetchError as error:
        assert error.text("zh")


@pytest.mark.parametrize("gap", [None, "", " ", ".", "..", "NA", "nan", "N/A", float("nan")])
def test_gaps_are_none(gap: object) -> None:
    assert number_or_none(gap, "X", "value") is None


@pytest.mark.parametrize(
    ("written", "value"), [(0, 0.0), ("0", 0.0), ("-1.5e3", -1500.0), (2**70, float(2**70))]
)
def test_figures_are_read(written: object, value: float) -> None:
    assert number_or_none(written, "X", "value") == value


@pytest.mark.parametrize("bad", ["abc", "1,000", True, [], {}, "inf", float("inf"), 10**400, "(D)"])
def test_what_is_no_figure_is_refused(bad: object) -> None:
    with pytest.raises(FetchError, match="'value'"):
        number_or_none(bad, "X", "value")


def test_a_changed_layout_is_named_with_its_place() -> None:
    assert expect({}, dict, "X", "head") == {}
    with pytest.raises(FetchError, match="'head'"):
        expect([], dict, "X", "head")
    assert text_at({"a": " b\n c "}, "a") == "b c"
    assert text_at({"a": None, "b": []}, "a") == text_at({"b": []}, "b") == ""
