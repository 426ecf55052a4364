"""Every model of the library: readable, solvable, and saying of itself what its page says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import longwave as lw
from longwave.core.errors import NotEnoughData, SolveError, UnknownArea, UnknownSeries, UsageError
from longwave.core.period import Period
from longwave.core.settings import Settings
from longwave.macro.databank import Databank
from longwave.macro.impulse import impulse
from longwave.macro.language.read import read_model
from longwave.macro.language.write import write_model
from longwave.macro.library import catalogue as library
from longwave.macro.solve import SolveOptions, solve
from longwave.macro.stability import Verdict
from longwave.measure.era.decay import logistic_decay
from longwave.workflows.model.at_hand import model
from longwave.workflows.model.solve import solve_model

MAPPED = [name for name in library.names() if library.find(name).map]
OWN = [name for name in library.names() if library.find(name).has_figures]
AREAS = ("JPN", "BRA")


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    home = tmp_path_factory.mktemp("library")
    return Settings(store=home / "store", cache=home / "cache")


@pytest.mark.parametrize("name", library.names())
def test_a_text_that_reads_and_writes(name: str) -> None:
    entry = library.find(name)
    found = entry.model()
    assert read_model(write_model(found)) == found
    assert found.names.en and found.names.zh and found.source
    for each in (*found.endogenous, *found.exogenous):
        assert each.names.en and each.names.zh and each.unit, each.name
    assert set(entry.watch) <= {each.name for each in found.endogenous}
    assert entry.example and entry.names.zh


@pytest.mark.parametrize("name", library.names())
def test_a_map_says_in_two_languages_what_it_assumes(name: str) -> None:
    entry = library.find(name)
    for column in entry.map.values():
        for each in column:
            assert bool(each.assumed.en) == bool(each.assumed.zh)
            if not any(mark.isalpha() for mark in each.text):
                assert each.assumed.en, f"{each.text} is a number that nobody published"


@pytest.mark.parametrize("name", OWN)
def test_it_runs_without_an_economy(name: str, settings: Settings) -> None:
    solved = solve_model(name, shocks=library.find(name).example, settings=settings)
    assert solved.baseline.solution.certificate.residual <= 1e-10
    assert float(solved.differences[0].frame(solved.watch).abs().to_numpy().max()) > 0
    assert not solved.figures.notes


@pytest.mark.parametrize("area", AREAS)
@pytest.mark.parametrize("name", MAPPED)
def test_it_runs_on_the_factbook_of_any_country(name: str, area: str, settings: Settings) -> None:
    solved = solve_model(name, area=area, shocks=library.find(name).example, settings=settings)
    frame = solved.baseline.solution.frame()
    assert np.isfinite(frame.to_numpy()).all()
    assert solved.baseline.solution.certificate.residual <= 1e-10
    assert solved.figures.origins
    assert any("Assumed" in each.text("en") for each in solved.figures.notes)
    assert all(each.text("zh") for each in solved.figures.notes)
    assert solved.results()["warnings"] == [each.text("en") for each in solved.figures.notes]


@pytest.mark.parametrize("name", library.names())
def test_both_engines_agree(name: str, settings: Settings) -> None:
    at_hand = model(name, area="DEU" if name in MAPPED else None, settings=settings)
    scenario = at_hand.scenario()
    paths = [
        solve(at_hand.model, scenario.baseline_data, *scenario.span, options=SolveOptions(engine=engine))
        .frame()
        .to_numpy()
        for engine in ("compiled", "interpreted")
    ]
    np.testing.assert_allclose(paths[0], paths[1], rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("name", library.names())
def test_a_shock_has_a_response(name: str, settings: Settings) -> None:
    entry = library.find(name)
    scenario = model(name, area=None if name in OWN else "USA", settings=settings).scenario()
    shocked = entry.example[0].split()[0]
    assert float(impulse(scenario, shocked, size=0.01).responses[list(entry.watch)].abs().max().max()) > 0


@pytest.mark.parametrize("name", ["keynes", "solow"])
def test_the_baseline_of_an_accounting_model_is_the_economy(name: str, settings: Settings) -> None:
    """Where the columns that the equations leave are mapped as well, the figures themselves are the solution."""
    at_hand = model(name, area="USA", settings=settings)
    solved = at_hand.scenario().series("Y")
    data = at_hand.data.series("Y").reindex(solved.index)
    np.testing.assert_allclose(solved, data, rtol=1e-10)


VERDICTS = {
    "ak": Verdict.EXPLOSIVE,
    "debt": Verdict.EXPLOSIVE,
    "era": Verdict.EXPLOSIVE,
    "gap": Verdict.UNIQUE,
    "islm": Verdict.STABLE,
    "keynes": Verdict.STABLE,
    "klein1": Verdict.STABLE,
    "solow": Verdict.UNIT_ROOT,
}


@pytest.mark.parametrize("name", sorted(VERDICTS))
def test_the_verdict_that_its_page_tells(name: str, settings: Settings) -> None:
    assert model(name, settings=settings).stability().verdict is VERDICTS[name]


def test_the_rule_must_move_by_more_than_inflation(settings: Settings) -> None:
    """Taylor's principle: stable above one (backward), one path above nought beside pi4 (forward-looking)."""
    adrift = model("islm", settings=settings).with_values(a1=1.0)  # inflation that no target anchors
    assert adrift.with_values(g2=0.9).stability().verdict is Verdict.EXPLOSIVE
    assert adrift.with_values(g2=1.1).stability().verdict is Verdict.STABLE
    assert model("islm", settings=settings).with_values(g2=0.9).stability().verdict is Verdict.STABLE
    assert model("gap", settings=settings).with_values(g_pi=-0.5).stability().verdict is not Verdict.UNIQUE


def test_solow_goes_to_its_balanced_path_at_the_speed_of_the_formula() -> None:
    alpha, s, delta, g, n = 1 / 3, 0.24, 0.06, 0.02, 0.01
    growth = np.exp(g + n) - 1
    rest = (s / (growth + delta)) ** (1 / (1 - alpha))  # K(-1)/(A L) where K(-1)/Y rests
    start = 0.99 * rest
    periods = 60
    values = {"L": np.exp(n * np.arange(periods)), "s": s, "delta": delta, "alpha": alpha, "g": g, "n": n}
    values |= {
        "K": start * np.exp(g + n),
        "A": 1.0,
        "Y": 1.0,
        "y": 1.0,
        "KY": 1.0,
        "KY_rest": 1.0,
        "speed": 1.0,
    }
    bank = Databank(
        Period.parse("2000"),
        tuple(values),
        np.column_stack([np.broadcast_to(each, periods) for each in values.values()]).astype(float),
    )
    found = solve(library.find("solow").model(), bank, Period.parse("2001"), Period.parse("2059")).frame()
    away = np.log(found["KY"] / found["KY_rest"]).to_numpy()
    assert found["speed"].iloc[0] == pytest.approx((1 - alpha) * (growth + delta) / (1 + growth), rel=1e-12)
    assert 1 - away[1] / away[0] == pytest.approx(found["speed"].iloc[0], rel=0.01)
    assert found["speed"].iloc[0] == pytest.approx((1 - alpha) * (n + g + delta), rel=0.03)
    assert abs(away[-1]) < 0.05 * abs(away[0])


def test_ideas_grow_by_lambda_n_over_beta_whatever_the_share() -> None:
    text = library.find("semi_endogenous").model().with_values({"lambda": 0.75, "beta": 2.0})
    for share in (0.02, 0.2):
        periods = 2000
        values = {
            "N": np.exp(0.01 * np.arange(periods)), "share": share, "alpha": 0.05,
            "A": 1.0, "S": share, "gA": 1.0, "productivity": 1.0,
        }  # fmt: skip
        bank = Databank(
            Period.parse("1000"),
            tuple(values),
            np.column_stack([np.broadcast_to(each, periods) for each in values.values()]).astype(float),
        )
        found = solve(text, bank, Period.parse("1001"), Period.parse("2999")).frame()
        assert found["gA"].iloc[-1] == pytest.approx(100 * 0.75 * 0.01 / 2.0, rel=1e-3)
        assert found["productivity"].iloc[-1] < found["productivity"].iloc[0]


def test_research_productivity_falls_in_the_united_states(settings: Settings) -> None:
    """Bloom and others (2020) measure more than 5 % a year since the 1930s, on figures of their own."""
    path = model("semi_endogenous", area="USA", settings=settings).scenario().series("productivity")
    assert -0.06 < float((path.iloc[-1] / path.iloc[0]) ** (1 / (len(path) - 1)) - 1) < -0.03


def test_an_era_turns_at_one_half_and_follows_the_measured_curve(settings: Settings) -> None:
    frame = model("era", settings=settings).scenario().solution.frame()
    start, r = 0.02, 0.15
    years = np.arange(1, len(frame) + 1)
    np.testing.assert_allclose(frame["m"], 1 / (1 + (1 / start - 1) * np.exp(-r * years)), rtol=1e-12)
    expected = [logistic_decay(r, float(each)) for each in frame["m"]]
    np.testing.assert_allclose(frame["lambda"], expected, rtol=1e-12)
    turn = int(np.argmax(frame["c"].to_numpy()))
    assert frame["m"].iloc[turn - 1] < 0.5 < frame["m"].iloc[turn + 1]
    assert (frame["lambda"] > 1).equals(frame["m"] < 0.5)


def test_keynes_has_its_three_multipliers(settings: Settings) -> None:
    c, t, m = 0.8, 0.25, 0.2
    baseline = model("keynes", settings=settings).scenario()
    spending = 1 / (1 - c * (1 - t) + m)
    assert (baseline + "G + 1" - baseline).series("Y").iloc[0] == pytest.approx(spending)
    taxes = (baseline + "T0 + 1" - baseline).series("Y").iloc[0]
    assert taxes == pytest.approx(-c * spending)
    own = (1 - c) / (1 - c + m)
    balanced = baseline + ["G + 1", f"T0 + {1 - t * own!r}"]  # so that taxes as a whole rise by one
    change = (balanced - baseline).frame(["Y", "B"])
    assert change["Y"].iloc[0] == pytest.approx(own)
    assert change["B"].abs().max() < 1e-9


def test_keynes_without_imports_gives_back_what_is_spent(settings: Settings) -> None:
    baseline = model("keynes", settings=settings).with_values(m=0.0).scenario()
    balanced = baseline + ["G + 1", "T0 + 0.75"]
    assert (balanced - baseline).series("Y").iloc[0] == pytest.approx(1.0)


def test_ak_grows_by_saving(settings: Settings) -> None:
    frame = model("ak", settings=settings).scenario().solution.frame()
    np.testing.assert_allclose(frame["growth"].iloc[1:], 100 * (0.25 * 0.3 - 0.055), rtol=1e-10)
    mapped = model("ak", area="CHN", settings=settings)
    own = mapped.data.series("Y").dropna()
    average = 100 * float((own / own.shift(1) - 1).mean())
    assert mapped.scenario().series("growth").iloc[-1] == pytest.approx(average, rel=1e-9)


def test_the_store_has_precedence_over_an_assumption(tmp_path: Path) -> None:
    settings = Settings(store=tmp_path / "store", cache=tmp_path / "cache")
    before = model("keynes", area="JPN", settings=settings)
    path = tmp_path / "trade.csv"
    lines = [f"JPN,imports_share,{year},{20 + year % 3},percent of GDP" for year in range(1990, 2015)]
    path.write_text("area,variable,period,value,unit\n" + "\n".join(lines) + "\n", "utf-8")
    lw.add(path, settings=settings)
    after = model("keynes", area="JPN", settings=settings)
    assert after.data.series("M")["2000"] == pytest.approx(
        after.data.series("Y")["2000"] * (20 + 2000 % 3) / 100
    )
    assert [str(each) for each in after.scenario().span] == ["1990", "2014"]
    told = [[each.text("en") for each in one.figures.notes] for one in (before, after)]
    assert "Assumed: imports are as large as exports" in told[0]
    assert "Assumed: imports are as large as exports" not in told[1]
    assert "M = imports_share * Y" in told[1][0]
    assert len(after.figures.origins) == len(before.figures.origins) + 1


def test_own_figures_carry_no_assumption_of_the_map(tmp_path: Path, settings: Settings) -> None:
    path = tmp_path / "own.csv"
    path.write_text(
        "year,y,pi,i\n" + "\n".join(f"{year},0,2,3" for year in range(2000, 2006)) + "\n", "utf-8"
    )
    solved = solve_model("islm", data=path, settings=settings)
    assert solved.results()["warnings"] == []


def test_ahead_of_the_figures_nothing_is_made_up(settings: Settings) -> None:
    at_hand = model("islm", area="IND", settings=settings)
    first, last = at_hand.scenario().span
    assert last - first == 11
    with pytest.raises(SolveError, match="y"):
        _ = at_hand.scenario(str(first + 2), str(last)).solution


def test_technology_starts_where_the_economy_is(settings: Settings) -> None:
    at_hand = model("semi_endogenous", area="USA", settings=settings)
    for first in ("1960", "2000"):
        growth = at_hand.scenario(first, "2010").series("gA")
        assert 0 < growth.iloc[0] < 3


def test_what_is_outside_the_model_is_refused(tmp_path: Path) -> None:
    settings = Settings(store=tmp_path / "store", cache=tmp_path / "cache")
    path = tmp_path / "prices.csv"
    lines = [f"VEN,inflation,{year},60,percent a year" for year in range(1990, 2021)]
    lines += [f'VEN,real_gdp,{year},{1000 + year},"million USD, constant"' for year in range(1990, 2021)]
    path.write_text("area,variable,period,value,unit\n" + "\n".join(lines) + "\n", "utf-8")
    lw.add(path, settings=settings)
    with pytest.raises(NotEnoughData, match="pi"):
        model("islm", area="VEN", settings=settings)
    with pytest.raises(UsageError):
        model("gap", area="JPN", settings=settings)
    with pytest.raises(UsageError):
        library.find("nothing")


def test_a_country_without_the_figures_is_refused(settings: Settings) -> None:
    with pytest.raises((UnknownArea, UnknownSeries)):
        model("solow", area="NGA", settings=settings)


def test_growth_without_end_has_no_steady_state(settings: Settings) -> None:
    with pytest.raises(SolveError, match="A"):
        model("solow", settings=settings).steady_state()
    assert model("era", settings=settings).steady_state("2050").values["m"] == pytest.approx(1.0)
    assert model("klein1", settings=settings).steady_state("1941").values["I"] == pytest.approx(0.0, abs=1e-6)


def test_the_coefficients_of_klein_are_those_of_its_own_table(settings: Settings) -> None:
    at_hand = model("klein1", settings=settings)
    for name, value in at_hand.estimate().model.values.items():
        assert value == pytest.approx(at_hand.model.values[name], abs=6e-7)
