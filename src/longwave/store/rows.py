"""Records of the house as JSON text in a catalogue row, and back: origins, series, faults and their
sentences.
"""

from __future__ import annotations

import json
import numbers
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from longwave.core.harvest import Fault
from longwave.core.message import Message, Names, Value, catalogue, say
from longwave.core.origin import Origin
from longwave.core.series import SeriesMeta
from longwave.core.unit import Unit


def origin_text(origin: Origin) -> str:
    return _text(origin.as_dict())


def read_origin(text: str) -> Origin:
    return Origin.from_dict(json.loads(text))


def meta_text(meta: SeriesMeta) -> str:
    return _text(asdict(meta))


def read_meta(text: str) -> SeriesMeta:
    record = json.loads(text)
    record |= {"names": Names(**record["names"]), "unit": Unit(**record["unit"])}
    record |= {name: tuple(record[name]) for name in ("dimensions", "domains")}
    return SeriesMeta(**record)


def fault_text(fault: Fault) -> str:
    """A fault keeps its sentence as key and blanks, so that it can be told in either language later."""
    record = {name: getattr(fault, name) for name in ("check", "subject", "held_back", "rows")}
    return _text(record | {"message": _plain(fault.message)})


def read_fault(text: str) -> Fault:
    """The fault; where this longwave no longer knows its sentence, the check and the subject still tell."""
    record = json.loads(text)
    message = _value(record["message"])
    if not isinstance(message, Message) or message.key not in catalogue():
        message = say("store.untold_fault", check=record["check"], subject=record["subject"])
    return Fault(**(record | {"message": message}))


def origin_file(sha256: str, size: int, brought: Iterable[tuple[str, Origin]]) -> bytes:
    """What lies beside raw bytes: for each dataset that they brought, the publisher's file name and the
    origin.
    """
    origins = [{"file": name} | origin.as_dict() for name, origin in brought]
    record = {"schema": "longwave.origin/1", "sha256": sha256, "size": size, "origins": origins}
    return (json.dumps(record, indent=2, ensure_ascii=False) + "\n").encode("utf-8", "backslashreplace")


def _text(record: dict[str, Any]) -> str:
    return json.dumps(record, sort_keys=True)


def _plain(value: Value) -> Any:
    """A message's blank in JSON. Each kind is marked, so that a tuple of two names is no name in two
    languages.
    """
    if isinstance(value, Message):
        return {"say": value.key, "with": {name: _plain(item) for name, item in value.values.items()}}
    if isinstance(value, Names):
        return {"en": value.en, "zh": value.zh}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value if isinstance(value, str) else _number(value)


def _number(value: object) -> int | float | str:
    """Numbers of numpy's are no JSON; what is no number at all is kept as it reads."""
    if isinstance(value, numbers.Integral):
        return int(value)
    return float(value) if isinstance(value, numbers.Real) else str(value)


def _value(plain: Any) -> Value:
    if isinstance(plain, list):
        return tuple(_value(item) for item in plain)
    if isinstance(plain, dict) and "say" in plain:
        return Message(plain["say"], {name: _value(item) for name, item in plain["with"].items()})
    if isinstance(plain, dict):
        return Names(plain["en"], plain["zh"])
    result: Value = plain
    return result
