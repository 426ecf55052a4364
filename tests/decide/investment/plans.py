"""Plans for the tests, as the tables of a file."""

from __future__ import annotations

from typing import Any


def opening(**other: Any) -> dict[str, Any]:
    """An opening that earns 16 a year before tax on 100."""
    return {
        "name": "Pit",
        "outlays": 100,
        "lifetime": 20,
        "line": [
            {"name": "Ore", "kind": "revenue", "value": 30, "range": [0.6, 1.0, 1.4]},
            {"name": "Digging", "kind": "cost", "value": 14},
        ],
    } | other


def content(*openings: dict[str, Any], **other: Any) -> dict[str, Any]:
    """A plan in constant prices without anything from outside."""
    return {
        "name": "Mine",
        "currency": "USD",
        "prices": "real",
        "start": 2026,
        "wacc": 0.08,
        "wacc_prices": "real",
        "tax": 0.25,
        "opening": list(openings or [opening()]),
    } | other
