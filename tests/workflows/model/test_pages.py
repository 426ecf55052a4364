"""Pages of models: both languages, every ending, figures and certificates on them, the same bytes each time."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from longwave.core.settings import Settings
from longwave.report.document import Document
from longwave.report.page import render
from longwave.workflows.model import estimate, irf, optimise, page, simulate
from longwave.workflows.model.files import save_page
from longwave.workflows.model.solve import solve_model

SPAN: Mapping[str, Any] = {"first": "1931", "last": "1936"}


def solved(settings: Settings) -> Document:
    return page.document(solve_model("klein1", **SPAN, shocks=["G + 1", "T - 1"], settings=settings))


def estimated(settings: Settings) -> Document:
    return estimate.document(estimate.estimate("klein1", method="3sls", settings=settings))


def simulated(settings: Settings) -> Document:
    found = simulate.simulate_model(
        "klein1", first="1935", last="1938", replications=200, events=["Y > 60"], settings=settings
    )
    return simulate.document(found)


def responded(settings: Settings) -> Document:
    found = irf.respond(
        "klein1", "G", **SPAN, multiplier_of=["Y"], draws=100, coefficients="2sls", settings=settings
    )
    return irf.document(found)


def optimised(settings: Settings) -> Document:
    found = optimise.optimise_model(
        "klein1", ["Y = 60"], ["G between 2 and 8 move 0.5"], **SPAN, settings=settings
    )
    return optimise.document(found)


PAGES = [solved, estimated, simulated, responded, optimised]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(store=tmp_path / "store", cache=tmp_path / "cache")


@pytest.mark.parametrize("make", PAGES, ids=lambda make: make.__name__)
def test_a_page_is_told_in_both_languages_and_comes_out_the_same_again(
    make: Callable[[Settings], Document], settings: Settings
) -> None:
    made = make(settings)
    english, chinese = (render(made, lang, alternate=None) for lang in ("en", "zh"))
    assert 'lang="en"' in english
    assert "Klein" in english
    assert "克莱因模型" in chinese
    for text in (english, chinese):
        assert not re.search(
            r"\bnan\b|\binf\b|None|Message\(", re.sub(r"<style.*?</style>", "", text, flags=re.S)
        )
        assert text.count("<svg") >= 2
    assert render(make(settings), "en", alternate=None) == english


@pytest.mark.parametrize("ending", [".html", ".svg", ".png"])
def test_a_page_is_saved_one_file_a_language(tmp_path: Path, ending: str, settings: Settings) -> None:
    made = solved(settings)
    paths = save_page(made, tmp_path / f"page{ending}", ["en", "zh"], made.origins)
    assert [path.name for path in paths] == [f"page{ending}", f"page.zh{ending}"]
    for path in paths:
        start = path.read_bytes()[:200]
        assert {".html": b"<!doctype html>", ".svg": b"<svg", ".png": b"\x89PNG"}[
            ending
        ].lower() in start.lower()


def test_rejections_that_are_welcome_are_no_reproach(settings: Settings) -> None:
    """Instruments that say something, and regressors that needed them, do not count against an equation."""
    found = estimate.estimate("klein1", method="2sls", settings=settings)
    assert {"first_stage c3", "wu_hausman"} <= {
        test.name for test in found.equations[0].tests if test.rejected
    }
    headlines = [each.text("en") for each in estimate.document(found).headlines]
    assert "speak against" not in headlines[0]
    assert "1 of its tests" in headlines[2]
