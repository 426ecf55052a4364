"""What was planned, decided, watched and found, so that it can be read a year later and nobody can have rewritten it.

A record is dated by the day on which it was made. Its id is the sha256 of its canonical JSON (sorted keys, UTF-8, no
blanks) and it names the id of the record that it follows, so the records of one domain and area form a hash chain
(Haber and Stornetta 1991, "How to time-stamp a digital document"): to alter one, all that follow must be made anew.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from longwave.core.errors import BadInput
from longwave.core.message import Message, say
from longwave.core.origin import checksum


class RecordKind(StrEnum):
    """Which step of the loop a record is of."""

    PLAN = "plan"
    ADOPTION = "adoption"
    MONITORING = "monitoring"
    ADJUSTMENT = "adjustment"
    EVALUATION = "evaluation"
    BRIEF = "brief"
    DECISION = "decision"


LARGEST = 20_000_000
"""Bytes of one record: a thousand times a usual one, and still read in a second."""
DEEPEST = 64
"""Lists and tables within each other: far more than a result has, and far less than Python's parser can take."""
_LONGEST_NAME = 200
_LARGEST_WHOLE = 2**63 - 1
"""Whole numbers beyond it are read back as something else by most programs that read JSON."""


@dataclass(frozen=True)
class PolicyRecord:
    """One step of the policy loop for one domain and area.

    kind: see `RecordKind`; domain: a policy domain, ``all``, or the decision's name; area: a code, or empty where the
    record is of no area; made: the day (YYYY-MM-DD) on which it was made, given by the caller; body: plain JSON, taken
    as a copy (lists for tuples): checksums of the inputs, rules fired, options, versions, results; previous: id of the
    record that it follows in its chain, empty for the first; id: follows from all these.

    Raises BadInput for an unknown kind, names that cannot be printed, a date that is none, and a body that is not
    JSON (naming the place), holds NaN or an infinity, is nested too deep or too large.
    """

    kind: str
    domain: str
    area: str
    made: str
    body: Mapping[str, Any]
    previous: str = ""
    id: str = field(init=False)

    def __post_init__(self) -> None:
        for name in ("kind", "domain", "area", "made", "previous"):
            object.__setattr__(self, name, _name(getattr(self, name), name))
        _check_header(self)
        if not isinstance(self.body, Mapping):
            raise BadInput(say("policy_records.body_no_table", type=type(self.body).__name__), _MEND)
        object.__setattr__(self, "body", _plain(self.body, "body", 0))
        data = self.data
        if len(data) > LARGEST:
            raise BadInput(
                say("policy_records.too_large", size=len(data) / 1e6, largest=LARGEST / 1e6),
                say("policy_records.too_large_mend"),
            )
        object.__setattr__(self, "id", checksum(data))

    def __hash__(self) -> int:
        return hash(self.id)

    @property
    def data(self) -> bytes:
        """The canonical JSON whose sha256 is the record's id."""
        return canonical(self._all())

    @property
    def content(self) -> str:
        """sha256 of all but the place in the chain: two records of one content say the same."""
        return checksum(canonical({name: part for name, part in self._all().items() if name != "previous"}))

    @property
    def whole(self) -> bool:
        """Whether the body is still what the id was made from: the parts of a body can be changed in place."""
        return checksum(self.data) == self.id

    @classmethod
    def read(cls, data: bytes) -> PolicyRecord:
        """The record whose `data` this is. Raises BadInput where it is not the canonical JSON of a record."""
        try:
            parts = json.loads(data)
        except (ValueError, RecursionError) as error:
            raise BadInput(say("policy_records.not_a_record")) from error
        if not isinstance(parts, dict) or set(parts) != set(_PARTS):
            raise BadInput(say("policy_records.not_a_record"))
        record = cls(**parts)
        if record.data != data:
            raise BadInput(say("policy_records.not_a_record"))
        return record

    def as_dict(self) -> dict[str, Any]:
        return {"id": self.id} | self._all()

    def _all(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in _PARTS}


_PARTS = ("kind", "domain", "area", "made", "body", "previous")
_MEND = say("policy_records.body_mend")


def canonical(parts: Mapping[str, Any]) -> bytes:
    """JSON in its one form: keys sorted, no blanks, UTF-8, floats by their shortest digits that read back exactly."""
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode()


def is_record_id(text: object) -> bool:
    """Whether a text has the form of a record's id."""
    return isinstance(text, str) and len(text) == 64 and not set(text) - set("0123456789abcdef")


def _name(given: object, name: str) -> str:
    if not isinstance(given, str):
        raise BadInput(say("policy_records.no_text", name=name, type=type(given).__name__))
    text = str.__str__(given)
    if not text.isprintable() or len(text) > _LONGEST_NAME:
        raise BadInput(say("policy_records.bad_name", name=name, longest=_LONGEST_NAME))
    return text


def _check_header(record: PolicyRecord) -> None:
    kinds = tuple(str(kind) for kind in RecordKind)
    if record.kind not in kinds:
        raise BadInput(
            say("policy_records.bad_kind", kind=record.kind), say("policy_records.kinds", kinds=kinds)
        )
    if not record.domain.strip():
        raise BadInput(say("policy_records.no_domain"))
    if not _is_date(record.made):
        raise BadInput(say("policy_records.bad_date", made=record.made), say("policy_records.bad_date_mend"))
    if record.previous and not is_record_id(record.previous):
        raise BadInput(
            say("policy_records.bad_previous", previous=record.previous), say("policy_records.previous_mend")
        )


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _plain(value: object, place: str, depth: int) -> Any:
    """A copy in JSON's own types, each checked; `place` is told when it is none."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _text(value, place)
    if isinstance(value, int):
        return _whole(value, place)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise BadInput(say("policy_records.not_finite", place=place, value=str(value)), _MEND)
        return float(value)
    if depth > DEEPEST:
        raise BadInput(say("policy_records.too_deep", place=place[:100], deepest=DEEPEST))
    if isinstance(value, Mapping):
        return {_key(key, place): _plain(part, f"{place}.{key}", depth + 1) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part, f"{place}[{number}]", depth + 1) for number, part in enumerate(value)]
    raise BadInput(say("policy_records.not_json", place=place, type=type(value).__name__), _MEND)


def _key(key: object, place: str) -> str:
    if not isinstance(key, str):
        raise BadInput(say("policy_records.key_no_text", place=place, type=type(key).__name__), _MEND)
    return _text(key, place)


def _text(value: str, place: str) -> str:
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise BadInput(say("policy_records.bad_text", place=place), _MEND) from error
    return str.__str__(value)


def _whole(value: int, place: str) -> int:
    if abs(value) > _LARGEST_WHOLE:
        raise BadInput(say("policy_records.too_many_digits", place=place), _MEND)
    return int(value)


def told(record: PolicyRecord) -> Message:
    """A record in a few words: kind, domain, area, day, and the first digits of its id."""
    return say(
        "policy_records.told",
        kind=say("policy_records.kind_" + record.kind),
        domain=record.domain,
        area=record.area or "–",
        made=record.made,
        id=record.id[:12],
    )
