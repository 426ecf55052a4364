"""``longwave decide invest``: from a file to the answer, in both languages, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from .conftest import Ran, Run

PLAN = """
name = "Mine"
currency = "USD"
prices = "real"
start = 2026
wacc = 0.08
wacc_prices = "real"
tax = 0.25
[[opening]]
name = "Pit"
outlays = 100
lifetime = 20
[[opening.line]]
name = "Ore"
kind = "revenue"
value = 30
range = [0.6, 1.0, 1.4]
[[opening.line]]
name = "Digging"
kind = "cost"
value = 14
"""
FLOWS = ("--wacc", "0.1", "--wacc-prices", "nominal", "--currency", "EUR", "--prices", "nominal")


@pytest.fixture
def plan(run: Run) -> str:
    """A file in the folder in which the commands run."""
    Path("plan.toml").write_text(PLAN, "utf-8")
    return "plan.toml"


def decided(run: Run, *words: str) -> Ran:
    return run("decide", "invest", *words, "--draws", "1000")


def test_the_answer_comes_first_in_both_languages(run: Run, plan: str) -> None:
    english, chinese = decided(run, plan), decided(run, plan, "--lang", "zh")
    assert english.code == chinese.code == 0, english.err
    assert english.out.startswith("Invest now in Pit")
    assert chinese.out.startswith("建议现在投资“Pit”")


def test_the_document(run: Run, plan: str) -> None:
    document = decided(run, plan, "--json", "-q").document
    assert document["schema"] == "longwave.decision/1"
    (opening,) = document["openings"]
    assert opening["answer"] == "invest"
    quantiles = list(opening["npv"]["quantiles"].values())
    assert quantiles == sorted(quantiles)
    assert document["wacc"] == [0.08, 0.08, 0.08]
    assert set(document["answer"]) == {"key", "en", "zh"}


def test_the_folder(run: Run, plan: str) -> None:
    done = decided(run, plan, "--out", "made", "--lang", "en", "--lang", "zh")
    assert done.code == 0, done.err
    assert {each.name for each in Path("made").iterdir()} == {"report.html", "report.zh.html", "results.json"}
    assert json.loads(Path("made/results.json").read_text("utf-8"))["schema"] == "longwave.decision/1"
    page = Path("made/report.html").read_text("utf-8")
    assert "Invest now in Pit" in page and "<svg" in page


def test_the_example_is_a_plan_that_decides_on_the_factbook(run: Run) -> None:
    shown = run("decide", "invest", "--example")
    assert shown.code == 0
    Path("example.toml").write_text(shown.out, "utf-8")
    done = decided(run, "example.toml", "--json", "-q", "--offline")
    assert done.code == 0, done.err
    document = done.document
    assert [each["key"] for each in document["scenarios"]][:2] == ["forecast", "era"]
    assert {each["answer"] for each in document["openings"]} <= {"invest", "wait", "do_not", "not_decidable"}
    assert document["data"]


def test_without_a_cost_of_capital_the_answer_is_partial(run: Run, plan: str) -> None:
    lines = [line for line in PLAN.splitlines() if not line.startswith("wacc")]
    Path("bare.toml").write_text("\n".join(lines), "utf-8")
    done = decided(run, "bare.toml", "--json")
    assert done.code == 3
    assert done.document["openings"][0]["npv"] is None
    assert done.document["openings"][0]["irr"]["mean_flows"]


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_table_of_flows(run: Run, ending: str) -> None:
    frame = pd.DataFrame({"year": [2026, 2027, 2028], "flow": [-100, 60, 70]})
    path = f"flows.{ending}"
    if ending == "csv":
        frame.to_csv(path, index=False)
    else:
        frame.to_excel(path, index=False)
    done = decided(run, path, *FLOWS, "--json", "-q")
    assert done.code == 0, done.err
    npv = -100 + 60 / 1.1 + 70 / 1.21
    assert done.document["openings"][0]["npv"]["mean"] == pytest.approx(npv)


def test_columns_of_flows_are_openings(run: Run) -> None:
    Path("flows.csv").write_text("年份,甲,乙\n2026,-100,-50\n2027,230,30\n2028,-132,40\n", "utf-8")
    document = decided(run, "flows.csv", *FLOWS, "--json", "-q").document
    assert [each["name"] for each in document["openings"]] == ["甲", "乙"]
    assert document["openings"][0]["irr"]["mean_flows"] == pytest.approx([0.1, 0.2])


def test_what_came(run: Run, plan: str) -> None:
    Path("came.csv").write_text("year,line,value\n2026,outlays,110\n2027,Ore,12\n2027,Digging,14\n", "utf-8")
    done = decided(run, plan, "--actuals", "came.csv")
    assert done.code == 0, done.err
    assert "Ore came below" in done.out
    Path("wide.csv").write_text("year,outlays,ore\n2026,110,\n2027,,12\n", "utf-8")
    document = decided(run, plan, "--actuals", "wide.csv", "--json", "-q").document
    assert {each["line"] for each in document["follow_up"][0]["lines"]} == {"outlays", "Ore"}
    assert document["follow_up"][0]["course"] in {"continue", "abandon", "not_decidable"}


def test_a_decision_is_kept_as_a_chain(run: Run, plan: str, tmp_path: Path) -> None:
    for _ in range(2):
        done = decided(run, plan, "--keep", "--store", str(tmp_path / "store"))
        assert done.code == 0, done.err
        assert "Kept as" in done.err


HOSTILE = {
    "deep.toml": "a = " + "[" * 20_000,
    "table.toml": "\n".join("[" + ".".join("a" * 2_000) + "]" for _ in range(1)),
    "digits.toml": "start = " + "9" * 10_000,
    "hex.toml": PLAN.replace("start = 2026", "start = 0x" + "f" * 6_000),
    "nan.toml": PLAN.replace("outlays = 100", "outlays = nan"),
    "huge.toml": PLAN.replace("outlays = 100", "outlays = 1e308"),
    "text.toml": PLAN.replace("outlays = 100", 'outlays = "a hundred"'),
    "life.toml": PLAN.replace("lifetime = 20", "lifetime = -20"),
    "driver.toml": PLAN.replace("value = 14", "value = 14\nfollows = { real_gdp = 1.0 }"),
    "basis.toml": PLAN.replace('wacc_prices = "real"', 'wacc_prices = "nominal"'),
    "twice.toml": PLAN + "\nname = 3",
    "broken.toml": "name = ",
    "empty.toml": "",
    "words.csv": "year,flow\n2026,-100\n2027,sixty\n",
    "hole.csv": "year,flow\n2026,-100\n2028,60\n",
    "twice.csv": "year,flow\n2026,-100\n2026,60\n",
    "large.csv": "year,flow\n2026,-1e300\n2027,1e300\n",
    "empty.csv": "",
    "head.csv": "year,flow\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_files_that_cannot_be_decided_on_are_told_why(run: Run, name: str) -> None:
    Path(name).write_text(HOSTILE[name], "utf-8")
    words = FLOWS if name.endswith("csv") else ()
    done = decided(run, name, *words)
    assert done.code in {2, 5}, (done.out, done.err)
    assert done.err.startswith("Error")
    assert "Traceback" not in done.err and len(done.err) < 700
    assert done.out == ""


def test_a_file_that_is_too_large_or_no_text(run: Run) -> None:
    Path("large.toml").write_text("# " + "x" * 1_100_000, "utf-8")
    assert decided(run, "large.toml").code == 5
    Path("bytes.toml").write_bytes(b"\xff\xfe\x00\x01" * 50)
    assert decided(run, "bytes.toml").code == 5


def test_wrong_use(run: Run, plan: str) -> None:
    Path("flows.csv").write_text("year,flow\n2026,-100\n2027,160\n", "utf-8")
    for words in (
        (),
        ("nowhere.toml",),
        (plan, "--draws", "3"),
        (plan, "--seed", "-1"),
        (plan, "--wacc", "0.1"),
        (plan, "--actuals", "nowhere.csv"),
        (plan, "--out", "plan.toml"),
        ("flows.csv",),
        ("flows.csv", "--wacc", "0.1", "--currency", "EUR", "--prices", "nominal"),
    ):
        done = run("decide", "invest", *words)
        assert done.code == 2, (words, done.err)
        assert done.err.startswith("Error"), words


def test_nominal_flows_at_a_real_rate(run: Run) -> None:
    Path("flows.csv").write_text("year,flow\n2026,-100\n2027,160\n", "utf-8")
    words = ("--wacc", "0.1", "--wacc-prices", "real", "--currency", "EUR", "--prices", "nominal")
    done = decided(run, "flows.csv", *words)
    assert done.code == 5
    assert "must not be mixed" in done.err


MOVED = PLAN.replace("value = 14", "value = 14\nfollows = { real_gdp = 1.0 }").replace(
    "start = 2026", 'start = 2026\narea = "NLD"'
)


@pytest.fixture
def economy(run: Run, figures: Path) -> Path:
    """A store of the user's own with output of a region, as steady as a clock."""
    done = run("data", "add", str(figures))
    assert done.code in {0, 3}, done.err
    return figures


def test_figures_of_one_s_own_move_the_lines(run: Run, economy: Path) -> None:
    Path("moved.toml").write_text(MOVED, "utf-8")
    done = decided(run, "moved.toml", "--json", "-q")
    assert done.code == 0, done.err
    document = done.document
    assert document["scenarios"][0]["key"] == "forecast"
    assert "real_gdp@NLD" in document["scenarios"][0]["origin"]["en"]
    assert [each["subject"] for each in document["refusals"]] == ["era"]


def test_a_driver_without_figures_is_told_how_to_describe_it(run: Run, economy: Path) -> None:
    Path("moved.toml").write_text(MOVED.replace("real_gdp", "moonshine"), "utf-8")
    done = decided(run, "moved.toml")
    assert done.code == 5
    assert "[driver.moonshine]" in done.err


@pytest.mark.parametrize(("rate", "word"), [(0.6, "calmer"), (0.02, "")])
def test_a_driver_that_ran_wild_is_refused(run: Run, economy: Path, rate: float, word: str) -> None:
    rows = ["area,variable,period,value,unit"]
    rows += [
        f"NLD,inflation,{year},{rate if year == 2015 else 0.02 + 0.001 * (year % 3)},share a year"
        for year in range(1980, 2020)
    ]
    Path("prices.csv").write_text("\n".join(rows) + "\n", "utf-8")
    assert run("data", "add", "prices.csv").code in {0, 3}
    nominal = MOVED.replace('"real"', '"nominal"').replace("real_gdp", "inflation")
    Path("moved.toml").write_text(nominal, "utf-8")
    done = decided(run, "moved.toml")
    assert done.code == (5 if word else 0), done.err
    assert word in done.err


def test_a_rate_may_bear_its_sign_and_words_are_no_rate(run: Run) -> None:
    Path("flows.csv").write_text("year,flow\n2026,-100\n2027,－６０\n2028,400\n", "utf-8")
    words = [each if each != "0.1" else "10%" for each in FLOWS]
    done = decided(run, "flows.csv", *words, "--json", "-q")
    assert done.document["wacc"] == [0.1, 0.1, 0.1]
    for lang in ("en", "zh"):
        done = decided(
            run, "flows.csv", *[each if each != "0.1" else "ten" for each in FLOWS], "--lang", lang
        )
        assert done.code == 2 and "8%" in done.err and "ten" in done.err


def test_a_fault_of_a_table_names_its_line_and_a_table_s_mend(run: Run) -> None:
    Path("flows.csv").write_text("year,P,Q\n2026,-100,-50\n2027,60,sixty\n", "utf-8")
    assert "row 3" in decided(run, "flows.csv", *FLOWS).err
    Path("hole.csv").write_text("year,P\n2026,-100\n2028,60\n", "utf-8")
    done = decided(run, "hole.csv", *FLOWS)
    assert "--example" not in done.err and "column of years" in done.err
