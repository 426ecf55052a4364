"""The most likely path on conditions, and where a model rests, as the command line asks for them."""

from pathlib import Path

import pytest

from longwave.core.errors import UsageError
from longwave.core.settings import load_settings
from longwave.report.page import render
from longwave.workflows.model.condition import condition_model, document
from longwave.workflows.model.rest import rest_of


@pytest.fixture
def settings(tmp_path: Path):  # type: ignore[no-untyped-def]
    return load_settings({"store": tmp_path / "store"})


def test_conditions_hold_and_the_page_says_how_likely(settings) -> None:  # type: ignore[no-untyped-def]
    found = condition_model("klein1", ["Y = 80 in 1940"], first="1936", last="1941", settings=settings)
    assert found.found.solution.series("Y")["1940"] == pytest.approx(80.0, rel=1e-8)
    assert 0.0 < found.found.p_value < 1.0
    for lang in ("en", "zh"):
        page = render(document(found), lang)  # type: ignore[arg-type]
        assert "Y = 80 in 1940" in page
    assert set(found.results()["paths"]) == set(found.watch)


@pytest.mark.parametrize(
    "text", ["Y + 1 in 1940", "Y = 80", "G = 5 in 1940", "Y = 80 in 1990", "nobody = 1 in 1940"]
)
def test_what_is_no_condition_is_refused(settings, text: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(UsageError):
        condition_model("klein1", [text], first="1936", last="1941", settings=settings)


def test_where_klein_rests(settings) -> None:  # type: ignore[no-untyped-def]
    found = rest_of("klein1", at="1930", settings=settings)
    assert found.state is not None
    assert found.state.values["I"] == pytest.approx(0.0, abs=1e-9)
    assert found.results()["verdict"] == "stable"
