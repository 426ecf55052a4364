"""Figures under another name: swapped files."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from longwave.connectors.factbook import read_factbook
from longwave.core.harvest import Harvest
from longwave.core.panel import Panel
from longwave.prepare.prepare import prepare
from longwave.prepare.quality import Action

from ..tables import areas_under, found, harvest, rows

CPI = {
    "USA": [0.031, 0.016, 0.042, 0.011, 0.058, 0.029, 0.037, 0.023, 0.064, 0.019, 0.027, 0.033, 0.045, 0.012]
}
DEFLATOR = {
    "USA": [0.028, 0.019, 0.036, 0.014, 0.049, 0.022, 0.041, 0.017, 0.055, 0.025, 0.031, 0.026, 0.038, 0.015]
}
BOTH = {code: [value + step for value in CPI["USA"]] for step, code in ((0.0, "USA"), (0.001, "CHN"))}
OTHER = {code: [value + step for value in DEFLATOR["USA"]] for step, code in ((0.0, "USA"), (0.001, "CHN"))}


def table(name: str, values: Mapping[str, list[float]], source: str = "mine") -> pd.DataFrame:
    return rows(name, values, unit="share a year", source=source)


KNOWN = Panel.of(
    pd.concat([table("inflation", BOTH, "known"), table("gdp_deflator_inflation", OTHER, "known")])
)


def held(*tables: pd.DataFrame, reference: Panel | None = KNOWN) -> list[str]:
    findings = found("swapped_labels", *tables, reference=reference)
    return [finding.message for finding in findings if finding.action is Action.HOLD_BACK]


def test_two_swapped_files_are_both_held_back() -> None:
    swapped = (table("inflation", OTHER), table("gdp_deflator_inflation", BOTH))
    assert sorted(set(held(*swapped))) == ["prepare.swapped", "prepare.swapped_partner"]
    assert areas_under(Action.HOLD_BACK, "swapped_labels", *swapped, reference=KNOWN) == {"USA", "CHN"}


def test_one_known_series_is_enough() -> None:
    alone = Panel.of(table("inflation", BOTH, "known"))
    swapped = (table("inflation", OTHER), table("gdp_deflator_inflation", BOTH))
    assert sorted(held(*swapped, reference=alone)) == ["prepare.swapped", "prepare.swapped_partner"]


def test_right_files_pass_even_when_revised() -> None:
    revised = {code: [value * 1.001 for value in values] for code, values in BOTH.items()}
    assert held(table("inflation", revised), table("gdp_deflator_inflation", OTHER)) == []
    assert held(table("inflation", BOTH), reference=None) == []


def test_one_series_under_two_names_is_held_back_where_both_are_concepts() -> None:
    twins = (table("inflation", BOTH), table("gdp_deflator_inflation", BOTH))
    assert {finding.action for finding in found("same_figures", *twins)} == {Action.HOLD_BACK}
    notes = found("same_figures", table("inflation", BOTH), table("my_prices", BOTH))
    assert {finding.action for finding in notes} == {Action.NOTE}


def test_different_series_are_not_the_same() -> None:
    assert not found("same_figures", table("inflation", BOTH), table("gdp_deflator_inflation", OTHER))


def test_the_swap_seen_at_the_publishers_mirror_would_be_caught(world: Mapping[str, Harvest]) -> None:
    """The mirror's inflation-consumer and inflation-gdp files had changed places; the pack holds the right ones."""
    right = world["wb_wdi_2025"]
    names = {"FP.CPI.TOTL.ZG": "NY.GDP.DEFL.KD.ZG", "NY.GDP.DEFL.KD.ZG": "FP.CPI.TOTL.ZG"}
    frame = right.panel.frame
    swapped = Harvest(
        right.origin, Panel.of(frame.assign(variable=frame["variable"].replace(names))), right.metas
    )
    known = Panel.concat(prepare(part).panel for part in read_factbook())
    assert prepare(right, known).held_back == ()
    kept = prepare(swapped, known).panel.variables()
    assert kept == ["gdp_current"]


def test_a_copy_inside_a_harvest_is_found(world: Mapping[str, Harvest]) -> None:
    right = world["wb_wdi_2025"]
    frame = right.panel.frame
    cpi = frame[frame["variable"] == "FP.CPI.TOTL.ZG"]
    others = frame[frame["variable"] != "NY.GDP.DEFL.KD.ZG"]
    copied = pd.concat([others, cpi.assign(variable="NY.GDP.DEFL.KD.ZG")])
    ready = prepare(harvest(copied, about=right.origin))
    assert ready.panel.variables() == ["gdp_current"]
