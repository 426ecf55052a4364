"""The page and the plain data of any decision can be made, in both languages, and trust no name."""

from __future__ import annotations

import json
from typing import Any

import pytest

from longwave.core.message import LANGUAGES
from longwave.decide.investment.decision import decide
from longwave.decide.investment.read import read_plan
from longwave.report.page import render
from longwave.workflows.decide.invest_page import investment_document
from longwave.workflows.decide.invest_plain import plain_decision

from .plans import content, opening

NET = [{"name": "Ore", "kind": "net", "value": 12}]
ODD: dict[str, dict[str, Any]] = {
    "no rate": {key: value for key, value in content().items() if not key.startswith("wacc")},
    "no outlay": content(opening(outlays=0)),
    "one year": content(opening(lifetime=1)),
    "after tax and sure": content(opening(line=NET)),
    "worth nothing": content(opening(line=[{"name": "Ore", "kind": "revenue", "value": 0}])),
    "tiny": content(
        opening(outlays=1e-9, line=[{"name": "o", "kind": "revenue", "value": 2e-10, "range": [0, 1, 2]}])
    ),
    "huge": content(
        opening(outlays=1e15, line=[{"name": "o", "kind": "revenue", "value": 2e14, "range": [0, 1, 2]}])
    ),
    "late outlay": content(opening(outlays={"2030": 50}, operation=2026)),
    "several": content(opening(), opening(name="Mill", outlays=300), budget=150),
    "names": content(opening(name="<script>alert(1)</script>", direction="{x}"), name="计划 & {y}"),
}


@pytest.mark.parametrize("name", ODD)
def test_whatever_was_decided_can_be_told(name: str) -> None:
    done = decide(read_plan(ODD[name]), draws=1_000)
    json.dumps(plain_decision(done, {}, "", ()), allow_nan=False)
    for lang in LANGUAGES:
        html = render(investment_document(done, {}), lang)
        assert "<script>alert" not in html
        assert ">nan<" not in html
