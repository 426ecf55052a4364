"""A policy record is JSON with an id that follows from every word of it."""

from __future__ import annotations

import hashlib
import json
from enum import StrEnum
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.core.errors import BadInput
from longwave.core.message import catalogue
from longwave.core.policy_record import DEEPEST, PolicyRecord, RecordKind, told

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63) + 1, 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=12,
)


def record(body: Any = None, **parts: Any) -> PolicyRecord:
    given = {"kind": "plan", "domain": "macro", "area": "USA", "made": "2026-05-31"} | parts
    return PolicyRecord(**given, body={"rules": ["slack"], "gap": -1.5} if body is None else body)


@given(st.dictionaries(WORDS, JSON, max_size=4))
def test_a_record_reads_back_as_itself(body):
    one = record(body)
    again = PolicyRecord.read(one.data)
    assert again == one
    assert again.id == one.id == hashlib.sha256(one.data).hexdigest()
    assert json.loads(one.data)["body"] == body


def test_the_id_is_the_checksum_of_plain_json_that_any_program_can_make():
    text = (
        '{"area":"USA","body":{"a":[1,2.5,null,true],"名":"增长"},"domain":"macro","kind":"plan",'
        '"made":"2026-05-31","previous":""}'
    )
    assert record({"名": "增长", "a": (1, 2.5, None, True)}).id == hashlib.sha256(text.encode()).hexdigest()


def test_every_part_makes_another_id():
    others = [
        record(kind="adoption"),
        record(domain="trade"),
        record(area="CHN"),
        record(made="2026-06-01"),
        record({"gap": -1.5}),
        record(previous="a" * 64),
    ]
    assert len({each.id for each in [record(), *others]}) == 7
    assert record(previous="a" * 64).content == record().content
    assert record({"gap": 1.0}).id != record({"gap": 1}).id


def test_what_python_calls_text_and_lists_is_kept_as_json_has_it():
    class Colour(StrEnum):
        RED = "red"

    body = record({"colour": Colour.RED, "pair": (1, 2), "number": np.float64(0.1)}).body
    assert body == {"colour": "red", "pair": [1, 2], "number": 0.1}
    assert [type(part) for part in body.values()] == [str, list, float]


def test_the_caller_s_table_may_change_afterwards_and_the_record_does_not():
    mine = {"list": [1]}
    one = record(mine)
    mine["list"].append(2)
    assert one.body == {"list": [1]}
    assert one.whole
    one.body["list"].append(3)
    assert not one.whole


def nested(depth: int) -> Any:
    inner: Any = 0
    for _ in range(depth):
        inner = [inner]
    return inner


BAD = {
    "nan": ({"gap": {"path": [0.0, float("nan")]}}, r"body\.gap\.path\[1\].*nan"),
    "infinity": ({"gap": float("-inf")}, r"body\.gap.*-inf"),
    "numpy number": ({"count": np.int64(3)}, r"body\.count.*int64"),
    "array": ({"path": np.zeros(3)}, "ndarray"),
    "set": ({"rules": {"slack"}}, r"body\.rules.*set"),
    "bytes": ({"rules": b"slack"}, "bytes"),
    "date": ({"day": object()}, "object"),
    "key": ({"years": {2019: 1.0}}, r"body\.years.*int"),
    "surrogate": ({"name": "\ud800"}, "Unicode"),
    "surrogate key": ({"\ud800": 1}, "Unicode"),
    "digits": ({"count": 10**5000}, "64 bits"),
    "depth": ({"deep": nested(DEEPEST + 2)}, "deep"),
    "size": ({"text": "x" * 20_000_001}, "20.0 MB"),
    "list": ([1, 2], "list"),
}


@pytest.mark.parametrize(("body", "told"), BAD.values(), ids=BAD)
def test_a_body_that_cannot_be_kept_is_refused_by_name(body, told):
    with pytest.raises(BadInput, match=told) as caught:
        record(body)
    assert caught.value.text("zh")


def test_a_body_that_holds_itself_is_refused():
    body: dict[str, Any] = {}
    body["again"] = body
    with pytest.raises(BadInput, match="deep"):
        record(body)


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ({"kind": "guess"}, "guess.*Use one of: plan, adoption"),
        ({"kind": 3}, "kind.*int"),
        ({"domain": " "}, "needs a domain"),
        ({"domain": "a\nb"}, "printed"),
        ({"area": "x" * 201}, "200"),
        ({"made": "2026-5-31"}, "2024-05-31"),
        ({"made": "2026-02-30"}, "not a day"),
        ({"made": "20260531"}, "not a day"),
        ({"previous": "A" * 64}, "no id"),
    ],
)
def test_a_bad_header_is_refused(parts, told):
    with pytest.raises(BadInput, match=told):
        record(**parts)


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b"\xff", b'{"id": 1}', b"[" * 100_000])
def test_bytes_that_are_no_record_are_refused(data):
    with pytest.raises(BadInput, match="not a policy record"):
        PolicyRecord.read(data)


def test_the_same_record_written_otherwise_is_not_the_record():
    with pytest.raises(BadInput, match="not a policy record"):
        PolicyRecord.read(record().data.replace(b":", b": "))


def test_every_kind_has_its_word():
    assert all(f"policy_records.kind_{kind}" in catalogue() for kind in RecordKind)
    assert "2026-05-31 plan, macro, USA" in told(record()).text("en")
    assert "方案" in told(record()).text("zh")
