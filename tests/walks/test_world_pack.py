"""The real world pack: added once, then studies of ten countries run, one of them with little data."""

from pathlib import Path

import pytest

import longwave as lw
from longwave.core.settings import Settings

RICH = ("USA", "CHN", "FRA", "KOR", "NGA", "POL", "CHL", "VNM", "SWE")
POOR = "TUV"


@pytest.fixture(scope="module")
def settings(world_pack: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("home")
    settings = Settings(store=folder / "store", cache=folder / "cache")
    report = lw.add(world_pack, settings=settings)
    assert sum(part.observations for part in report.kept) > 600_000
    return settings


@pytest.fixture(scope="module")
def study(settings: Settings) -> "lw.Study":
    return lw.study(*RICH, POOR, settings=settings)


def test_all_ten_are_studied(study: "lw.Study") -> None:
    assert study.areas == (*RICH, POOR)


@pytest.mark.parametrize("area", RICH)
def test_where_there_are_figures_something_is_said(study: "lw.Study", area: str) -> None:
    said = [name for name, m in study.measurements[area].items() if m.findings]
    assert len(said) >= 4


def test_little_data_is_told_so(study: "lw.Study") -> None:
    measured = study.measurements[POOR]
    assert not measured["growth_accounting"].estimates
    assert measured["growth_accounting"].refusals
    assert any("Tuvalu" in r.reason.text() for s in study.document.sections for r in s.refusals)


def test_both_reports_can_be_written(study: "lw.Study", tmp_path: Path) -> None:
    files = study.report(tmp_path, lang=["en", "zh"])
    assert all(path.stat().st_size > 50_000 for path in files.reports.values())


def test_a_licence_that_is_not_stated_is_printed(settings: Settings) -> None:
    licences = {row.dataset: row.licence for row in lw.datasets(settings)}
    assert licences["fred_qd_2025m01"] == "licence not stated"


def test_adding_twice_changes_nothing(world_pack: Path, settings: Settings) -> None:
    before = lw.datasets(settings)
    lw.add(world_pack, settings=settings)
    assert lw.datasets(settings) == before
