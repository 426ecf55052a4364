"""``longwave decide risk``: areas and portfolios from end to end, in both languages, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

from decide.early_warning.simulated import world
from longwave.core.message import LANGUAGES

from .conftest import Run

LOANS = """name,area,sector,amount,PD %,LGD,limit,return,rating
Acme,USA,manufacturing,100,1.2,45%,120,5%,BBB
Beta,Germany,property,80,2.5%,40%,60,6.5%,BB
Gamma,中国,property,150,0.8,35%,200,4.1%,A
Echo,FRA,retail,20,,55%,30,8%,
"""
EFFECTS = """[[effect]]
variable = "y"
value = -0.15
low = -0.25
high = -0.08
source = "own estimate, 2001-2023"
"""
STRESS = "period,y,y@CHN\n2026,-4,-6\n2027,-3,-5\n"


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


@pytest.fixture
def simulated(surroundings: Path) -> Path:
    """Credit and crises of thirty countries with a known law."""
    made = world(areas=30)
    made.credit.round(4).reset_index().to_csv(surroundings / "credit.csv", index=False)
    rows = [(each.area, each.start) for each in made.crises.crises]
    pd.DataFrame(rows, columns=["area", "start"]).to_csv(surroundings / "crises.csv", index=False)
    return surroundings


def test_a_long_series_gives_gap_buffer_probability_and_real_time(run: Run, simulated: Path) -> None:
    own = ("--credit", "credit.csv", "--crises", "crises.csv", "--covered", "1960-2020")
    ran = run("--json", "decide", "risk", "GBR", "中国", *own, "--out", "out", "--lang", "en", "--lang", "zh")
    assert ran.code == 0, ran.err
    document = ran.document
    assert document["schema"] == "longwave.risk/1"
    assert [each["area"] for each in document["areas"]] == ["GBR", "CHN"]
    area = document["areas"][0]
    gap, guide = area["estimates"]
    assert (gap["name"], guide["name"]) == ("credit_gap", "buffer_guide")
    assert gap["interval"]["low"] < gap["value"] < gap["interval"]["high"]
    assert 0 <= guide["interval"]["low"] <= guide["value"] <= guide["interval"]["high"] <= 2.5
    assert 0 < area["probability"]["value"] < 1
    assert 0 < area["probability"]["base_rate"] < 0.5
    told = document["evidence"]["real_time"]
    assert told["auroc"]["low"] < told["auroc"]["value"] < told["auroc"]["high"]
    assert told["auroc"]["by"] == "country and wave"
    for lang in LANGUAGES:
        name = "report.html" if lang == "en" else "report.zh.html"
        page = (simulated / "out" / name).read_text("utf-8")
        assert "<svg" in page
    kept = json.loads((simulated / "out" / "results.json").read_text("utf-8"))
    assert kept["areas"][0]["estimates"][0]["value"] == pytest.approx(gap["value"])


def test_the_answer_comes_first_and_the_probability_stands_by_its_base_rate(
    run: Run, simulated: Path
) -> None:
    ran = run(
        "decide", "risk", "GBR", "--credit", "credit.csv", "--crises", "crises.csv", "--covered", "1960-2020"
    )
    first, second = ran.out.splitlines()[:2]
    assert first.startswith("United Kingdom: credit was ")
    assert "buffer" in first
    assert "base rate" in second
    assert "credit.csv" not in first


def test_one_wave_is_no_test_in_real_time(run: Run, simulated: Path) -> None:
    areas = pd.read_csv("credit.csv").columns[1:16]
    pd.DataFrame({"area": areas, "start": 2007}).to_csv("one.csv", index=False)
    ran = run(
        "decide", "risk", "GBR", "--credit", "credit.csv", "--crises", "one.csv", "--covered", "1960-2020"
    )
    assert ran.code == 0
    assert "one wave is one draw" in ran.out
    assert "In real time" not in ran.out


def test_without_figures_it_says_what_is_missing(run: Run) -> None:
    ran = run("decide", "risk", "USA")
    assert ran.code == 5
    assert "--credit FILE" in ran.err


def test_an_area_that_the_file_lacks_is_named_and_the_others_are_told(run: Run, simulated: Path) -> None:
    ran = run("decide", "risk", "GBR", "NGA", "--credit", "credit.csv", "--crises", "crises.csv")
    assert ran.code == 3
    assert "Nigeria" in ran.err
    assert "United Kingdom" in ran.out


@pytest.mark.parametrize("layout", ["long", "dates", "bis", "workbook"])
def test_layouts_of_a_credit_file(run: Run, surroundings: Path, layout: str) -> None:
    quarters = [f"{1980 + n // 4}-Q{n % 4 + 1}" for n in range(160)]
    wide = pd.DataFrame(
        {"period": quarters, "GBR": 100 + np.arange(160) / 4, "USA": 120 + np.arange(160) / 5}
    )
    name = "credit.csv"
    if layout == "long":
        wide.melt("period", var_name="area").to_csv(name, index=False)
    elif layout == "dates":
        wide.assign(period=pd.period_range("1980Q1", periods=160, freq="Q").end_time.date).to_csv(
            name, index=False
        )
    elif layout == "bis":
        keys = {"GBR": "Q:GB:P:A:M:770:A", "USA": "Q:US:P:A:M:770:A"}
        wide.rename(columns=keys).assign(**{"Q:GB:H:A:M:770:A": 1.0}).to_csv(name, index=False)
    else:
        name = "credit.xlsx"
        wide.to_excel(name, index=False)
    ran = run("--json", "decide", "risk", "GBR", "--credit", name)
    assert ran.code == 0, ran.err
    area = ran.document["areas"][0]
    assert area["area"] == "GBR"
    assert area["estimates"][0]["value"] == pytest.approx(0, abs=1e-4)
    assert area["indicators"]["level"] == pytest.approx(100 + 159 / 4)


def test_fractions_are_taken_for_fractions_and_said(run: Run, surroundings: Path) -> None:
    years = pd.DataFrame({"year": range(1980, 2020), "USA": np.linspace(0.8, 1.6, 40)})
    years.to_csv("c.csv", index=False)
    ran = run("--json", "decide", "risk", "USA", "--credit", "c.csv")
    assert ran.document["areas"][0]["indicators"]["level"] == pytest.approx(160)
    assert "fractions" in ran.document["notes"][0]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("period,USA\n2000-Q1,abc\n", "abc"),
        ("period,USA,US\n2000-Q1,1,2\n", "two columns"),
        ("area,period,value\nUSA,2000,100\nUSA,2000,101\n", "two figures"),
        ("a,b,c\n1,2,3\n", "no credit ratios"),
        ("period,USA\n2000-Q1,100\n2000-Q1,101\n", "twice"),
    ],
)
def test_a_credit_file_that_cannot_be_read_says_why(
    run: Run, surroundings: Path, text: str, words: str
) -> None:
    write(surroundings, "bad.csv", text)
    for lang in LANGUAGES:
        ran = run("--lang", lang, "decide", "risk", "USA", "--credit", "bad.csv")
        assert ran.code in (2, 5)
        assert lang == "zh" or words in ran.err


@pytest.mark.parametrize("row", ["USA,soon", "USA,2007.5", "USA,12"])
def test_a_list_of_crises_that_cannot_be_read_says_which_row(run: Run, simulated: Path, row: str) -> None:
    write(simulated, "list.csv", f"area,start\nGBR,2007\n{row}\n")
    ran = run("decide", "risk", "GBR", "--credit", "credit.csv", "--crises", "list.csv")
    assert ran.code == 5
    assert "3" in ran.err


def test_a_portfolio_without_a_scenario(run: Run, surroundings: Path) -> None:
    write(surroundings, "loans.csv", LOANS)
    ran = run("--json", "decide", "risk", "loans.csv")
    assert ran.code == 0, ran.err
    told = ran.document
    assert (told["schema"], told["kind"], told["total"]) == ("longwave.risk/1", "portfolio", 350)
    by_hand = 100 * 0.012 * 0.45 + 80 * 0.025 * 0.4 + 150 * 0.008 * 0.35
    assert told["losses"]["expected"] == pytest.approx(by_hand)
    assert [each["name"] for each in told["breaches"]] == ["Beta"]
    assert [each["subject"] for each in told["refusals"]] == ["stress"]
    assert len(told["positions"]) == 4  # nothing lost
    assert {each["area"] for each in told["positions"]} == {"USA", "DEU", "CHN", "FRA"}
    assert any("Echo" in sentence for sentence in told["said"])


def test_a_portfolio_under_stress_in_both_languages(run: Run, surroundings: Path) -> None:
    write(surroundings, "loans.csv", LOANS)
    write(surroundings, "stress.csv", STRESS)
    write(surroundings, "effects.toml", EFFECTS)
    stress = ("--scenario", "stress.csv", "--effects", "effects.toml")
    ran = run("decide", "risk", "loans.csv", *stress, "--out", "out", "--lang", "en", "--lang", "zh")
    assert ran.code == 0, ran.err
    assert ran.out.startswith("Under the scenario (2026–2027) ")
    assert "own estimate, 2001-2023" in (surroundings / "out" / "report.html").read_text("utf-8")
    assert "压力" in (surroundings / "out" / "report.zh.html").read_text("utf-8")
    told = json.loads((surroundings / "out" / "results.json").read_text("utf-8"))["stress"]
    assert told["interval"]["low"] < told["loss"] < told["interval"]["high"]
    assert told["loss"] > told["baseline_loss"]


def test_a_macro_model_is_a_scenario(run: Run, surroundings: Path) -> None:
    write(surroundings, "loans.csv", LOANS)
    write(surroundings, "effects.toml", EFFECTS)
    shock = ("--scenario", "gap", "--shock", "y.add - 4 in 2025-Q1..2025-Q4", "--effects", "effects.toml")
    ran = run("--json", "decide", "risk", "loans.csv", *shock)
    assert ran.code == 0, ran.err
    told = ran.document["stress"]
    assert told["years"] == ["2025", "2026", "2027"]
    assert min(told["path"]["y"]) == told["path"]["y"][0] < -3


def test_workbooks_and_toml_are_portfolios_too(run: Run, surroundings: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in (["name", "amount", "pd", "lgd"], ["A", 10, 0.01, 0.45], ["B", 20, "2%", 0.45]):
        book.active.append(row)
    book.save("book.xlsx")
    ran = run("--json", "decide", "risk", "book.xlsx")
    assert ran.document["losses"]["expected"] == pytest.approx(10 * 0.01 * 0.45 + 20 * 0.02 * 0.45)
    text = '[limits]\nsingle = 0.5\n[[position]]\nname = "A"\namount = 10\n[[position]]\nname = "B"\namount = 30\n'
    write(surroundings, "p.toml", text)
    ran = run("--json", "decide", "risk", "p.toml")
    assert ran.code == 0, ran.err
    assert [each["kind"] for each in ran.document["breaches"]] == ["single"]
    assert ran.document["losses"] is None


def test_every_fault_of_a_portfolio_is_named(run: Run, surroundings: Path) -> None:
    write(
        surroundings,
        "bad.csv",
        "name,area,amount,pd,lgd\nA,USA,abc,0.01,0.45\nB,Atlantis,100,1.5,0.45\nC,USA,-5,0.02,45\n,USA,5,0.02,0.45\n",
    )
    ran = run("decide", "risk", "bad.csv")
    assert ran.code == 5
    words = (
        "'abc' is no number",
        "'Atlantis'",
        "pd 1.5 is above 1",
        "-5 is below nought",
        "lgd 45",
        "row 5 has no name",
    )
    for each in words:
        assert each in ran.err
    assert run("--lang", "zh", "decide", "risk", "bad.csv").err.startswith("错误")


@pytest.mark.parametrize(
    ("argv", "code", "words"),
    [
        (("loans.csv", "USA"), 2, "not both"),
        (("none.csv",), 2, "none.csv"),
        (("loans.csv", "--mu", "0.5"), 2, "--mu"),
        (("USA", "--scenario", "gap"), 2, "--scenario"),
        (("USA", "--mu", "1"), 2, "between 0 and 1"),
        (("USA", "--horizon", "3-1"), 2, "3-1"),
        (("USA", "--horizon", "0-3"), 2, "0-3"),
        (("USA", "--covered", "always"), 2, "always"),
        (("Atlantis",), 5, "Atlantis"),
        (("loans.csv", "--shock", "y.add - 1 in 2025-Q1"), 2, "--scenario"),
        (("loans.csv", "--scenario", "gap", "--effects", "effects.toml"), 2, "shock"),
        (("loans.csv", "--scenario", "other.csv", "--effects", "effects.toml"), 5, "no y"),
        (("loans.csv", "--scenario", "stress.csv", "--effects", "unsourced.toml"), 5, "source"),
        (("loans.csv", "--scenario", "stress.csv", "--effects", "wide.toml"), 5, "between"),
        (("USA", "--credit", "none.csv"), 2, "none.csv"),
    ],
)
def test_wrong_calls_are_told(
    run: Run, surroundings: Path, argv: tuple[str, ...], code: int, words: str
) -> None:
    write(surroundings, "loans.csv", LOANS)
    write(surroundings, "stress.csv", STRESS)
    write(surroundings, "other.csv", "period,u\n2026,1\n2027,1\n")
    write(surroundings, "effects.toml", EFFECTS)
    write(surroundings, "unsourced.toml", EFFECTS.replace("source", "from"))
    write(surroundings, "wide.toml", EFFECTS.replace("low = -0.25", "low = -0.1"))
    ran = run("decide", "risk", *argv)
    assert ran.code == code, ran.err
    assert words in ran.err


def test_a_scenario_without_elasticities_is_no_stress(run: Run, surroundings: Path) -> None:
    write(surroundings, "loans.csv", LOANS)
    write(surroundings, "stress.csv", STRESS)
    ran = run("decide", "risk", "loans.csv", "--scenario", "stress.csv")
    assert ran.code == 0
    assert "is not made up" in ran.out


def test_aggregates_are_told_of_but_judge_no_indicator(run: Run, simulated: Path) -> None:
    frame = pd.read_csv("credit.csv")
    frame["OECD members"] = frame["USA"] if "USA" in frame else frame["GBR"]
    frame.to_csv("credit.csv", index=False)
    frame[["period", "OECD members"]].to_csv("alone.csv", index=False)
    own = ("--crises", "crises.csv", "--covered", "1960-2020")
    ran = run("--json", "decide", "risk", "OECD members", "--credit", "credit.csv", *own)
    assert ran.code == 0, ran.err
    assert "not counted among the countries" in ran.document["notes"][0]
    assert ran.document["areas"][0]["estimates"][0]["name"] == "credit_gap"
    ran = run("--json", "decide", "risk", "OECD members", "--credit", "alone.csv", *own)
    assert ran.code == 0, ran.err
    assert ran.document["areas"][0]["estimates"]
    assert ran.document["evidence"]["logit"] is None


def test_a_large_book_is_told_short_and_kept_whole(run: Run, surroundings: Path) -> None:
    generator = np.random.default_rng(0)
    table = pd.DataFrame({"name": [f"N{n}" for n in range(2000)], "amount": generator.exponential(10, 2000)})
    table.assign(pd=generator.uniform(0.001, 0.05, 2000), lgd=0.45).to_csv("big.csv", index=False)
    ran = run("decide", "risk", "big.csv", "--out", "out")
    assert ran.code == 0
    assert len(ran.out.splitlines()) < 60
    kept = json.loads((surroundings / "out" / "results.json").read_text("utf-8"))
    assert len(kept["losses"]["positions"]) == 2000


def test_a_workbook_of_old_is_named_not_taken_for_an_area(run: Run, surroundings: Path) -> None:
    write(surroundings, "book.xls", "x")
    assert "book.xls is no table" in run("decide", "risk", "book.xls").err
    assert "no file" in run("decide", "risk", "no/such").err or run("decide", "risk", "no/such").code == 2


def test_a_list_with_holes_is_told_beside_its_figures(run: Run, simulated: Path) -> None:
    """The built-in list is not complete, so that what rests on it is too low: said where the figure stands."""
    ran = run("--json", "decide", "risk", "GBR", "--credit", "credit.csv")
    assert ran.code == 0, ran.err
    (area,) = ran.document["areas"]
    assert "incomplete" in area["probability"]["caveat"]
    assert "incomplete" in area["said"][1] and "base rate" in area["said"][1]
    assert "incomplete" in ran.document["evidence"]["base_rate"]["caveat"]
    own = run("--json", "decide", "risk", "GBR", "--credit", "credit.csv", "--crises", "crises.csv")
    assert own.document["areas"][0]["probability"]["caveat"] is None


def test_a_chance_that_no_sample_tells_from_nought(run: Run, simulated: Path) -> None:
    frame = pd.read_csv("credit.csv")
    frame.loc[frame.index[-12:], "GBR"] = frame["GBR"].iloc[-13] * np.linspace(1, 0.4, 12)
    frame.to_csv("credit.csv", index=False)
    own = ("--credit", "credit.csv", "--crises", "crises.csv", "--covered", "1960-2020")
    ran = run("--json", "decide", "risk", "GBR", *own)
    (area,) = ran.document["areas"]
    told = area["probability"]
    base = ran.document["evidence"]["base_rate"]
    assert told["below"] == pytest.approx(told["base_rate"] * 3 / base["crises"])
    assert told["interval"]["low"] == 0 and told["interval"]["high"] >= told["below"]
    assert "probability below" in area["said"][1]


def test_without_incomes_the_comparison_is_refused_and_no_source_named(run: Run, simulated: Path) -> None:
    ran = run("--json", "decide", "risk", "GBR", "--credit", "credit.csv", "--crises", "crises.csv")
    assert "income" in [each["subject"] for each in ran.document["evidence"]["refusals"]]
    assert len(ran.document["data"]) == 1


@pytest.mark.parametrize(
    ("factor", "words"), [(1e9, "no ratio"), (200.0, "no ratio"), (-1.0, "below nought")]
)
def test_what_is_no_ratio_is_refused_with_its_cell(
    run: Run, simulated: Path, factor: float, words: str
) -> None:
    frame = pd.read_csv("credit.csv")
    frame.loc[7, "FRA"] *= factor
    frame.to_csv("wrong.csv", index=False)
    ran = run("decide", "risk", "GBR", "--credit", "wrong.csv")
    assert ran.code == 5
    assert words in ran.err and "FRA" in ran.err and "1961-Q4" in ran.err


def test_chinese_headings_with_units_and_wide_brackets(run: Run, simulated: Path) -> None:
    write(simulated, "zh.csv", "名称,金额（万元）,违约概率（％）,违约损失率\n甲,１００,2,45%\n乙,50,1,45%\n")
    ran = run("--json", "decide", "risk", "zh.csv")
    assert ran.code == 0, ran.err
    assert ran.document["losses"]["expected"] == pytest.approx(0.45 * (100 * 0.02 + 50 * 0.01))
    write(simulated, "no.csv", "名称,余款（万元）\n甲,100\n")
    assert "余款（万元）" in run("--lang", "zh", "decide", "risk", "no.csv").err
    pd.read_csv("crises.csv").rename(columns={"area": "国家", "start": "开始年份"}).to_csv(
        "l.csv", index=False
    )
    ran = run("--json", "decide", "risk", "GBR", "--credit", "credit.csv", "--crises", "l.csv")
    assert ran.code == 0, ran.err
