"""An answer's bytes as JSON or text, or a sentence on what came instead."""

from __future__ import annotations

import json
import math
from typing import Any, TypeVar

from longwave.connectors.raw_cache import Fetched
from longwave.core.errors import FetchError
from longwave.core.message import say

T = TypeVar("T")


def read_json(answer: Fetched, service: str) -> Any:
    """The JSON of an answer. Raises FetchError for an HTML page, cut-off or otherwise unreadable JSON."""
    text = read_text(answer, service).lstrip()
    if text.startswith("<") or (answer.media_type == "text/html" and not text.startswith(("{", "["))):
        raise FetchError(say("connectors.page_instead", service=service), say("connectors.later_mend"))
    try:
        return json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise FetchError(say("connectors.bad_json", service=service), say("connectors.later_mend")) from None


def read_text(answer: Fetched, service: str) -> str:
    """The text of an answer in UTF-8. Raises FetchError where it is not UTF-8."""
    try:
        return answer.data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FetchError(say("connectors.not_utf8", service=service), say("connectors.later_mend")) from None


def expect(value: object, kind: type[T], service: str, where: str) -> T:
    """`value` if it is of that kind. Raises FetchError naming the place: the publisher's format has
    changed."""
    if not isinstance(value, kind):
        raise FetchError(
            say("connectors.wrong_shape", service=service, where=where), say("connectors.wrong_shape_mend")
        )
    return value


def text_at(record: dict[str, Any], name: str) -> str:
    """A field as tidy text; empty where it is absent or null."""
    value = record.get(name)
    return " ".join(str(value).split()) if isinstance(value, str | int | float) else ""


def number_or_none(value: object, service: str, where: str) -> float | None:
    """A figure, or None where the publisher writes that it has none (null, empty, "NA", "NaN", "." or "..").

    Raises FetchError for other text and for infinities.
    """
    if value is None or (
        isinstance(value, str) and value.strip().casefold() in {"", ".", "..", "na", "nan", "n/a"}
    ):
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return expect(None, float, service, where)
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return expect(None, float, service, where)
    if math.isnan(number):
        return None
    return number if math.isfinite(number) else expect(None, float, service, where)


def _no_constant(text: str) -> float | None:
    """NaN is how some publishers write a gap; an infinity is nobody's figure."""
    if text == "NaN":
        return None
    raise ValueError(text)
