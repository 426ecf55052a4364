"""`longwave policy` from the command line, on a made-up country's figures in a store of its own."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from tests.policy.worlds import COUNTRIES, write_garden

YEARS = range(1970, 2025)


@pytest.fixture
def stocked(run, surroundings: Path) -> Path:
    """A store with output, prices, unemployment and trade of some countries, Okun's relation among them."""
    generator = np.random.default_rng(0)
    rows = ["area,variable,period,value,unit"]
    for code in (*COUNTRIES[:14], "FRA"):
        output, jobless, prices = 1000.0, 7.0, 2.0
        for year in YEARS:
            growth = 2.0 + 1.5 * generator.normal()
            output *= np.exp(growth / 100)
            jobless = max(1.0, jobless - 0.4 * (growth - 2.0) + 0.2 * generator.normal())
            prices = 1.0 + 0.5 * prices + 0.2 * (growth - 2.0) + 0.3 * generator.normal()
            for name, value, unit in (
                ("real_gdp_usd", output, "million 2015 USD"), ("unemployment_rate", jobless / 100, "share"),
                ("inflation", prices / 100, "share"), ("exports_share", 0.3, "share of GDP"),
                ("imports_share", 0.31, "share of GDP"),
            ):  # fmt: skip
                rows.append(f"{code},{name},{year},{value:.6f},{unit}")
    table = surroundings / "figures.csv"
    table.write_text("\n".join(rows), "utf-8")
    done = run("data", "add", str(table))
    assert done.code == 0, done.err
    return surroundings


def test_a_domain_is_told_drawn_and_recorded(run, stocked: Path):
    done = run("policy", "macro", "FRA", "--draws", "60", "--out", "out", "--start", "2026")
    assert done.code in (0, 3), done.err
    assert "Macroeconomic policy, France" in done.out
    assert "the rate is set for the whole euro area" in done.out + done.err
    assert (stocked / "out" / "results.json").is_file()
    page = (stocked / "out" / "report.html").read_text("utf-8")
    assert "<svg" in page
    assert not re.search(r"\bnan\b", page, re.IGNORECASE)
    chinese = run("policy", "macro", "FRA", "--draws", "60", "--lang", "zh", "--no-record")
    assert "宏观经济政策" in chinese.out


def test_its_document_is_complete_and_the_same_each_time(run, stocked: Path):
    words = ("--json", "policy", "macro", "FRA", "--draws", "60", "--no-record", "--start", "2026")
    first, second = run(*words), run(*words)
    assert first.out == second.out
    plan = (
        first.document["plans"]["macro"]
        if "plans" in first.document
        else first.document["policy"]["plans"]["macro"]
    )
    assert set(plan["evidence"]) >= {"gap", "inflation_now", "unemployment_now"}
    assert plan["parameters"]["okun"]["grade"] in ("A", "B")
    assert plan["design"]["replications"] == 60
    assert {each["name"] for each in plan["design"]["instruments"]} == {"spending", "tax_cut"}
    assert "NaN" not in first.out


def test_a_case_is_computed(run, stocked: Path):
    done = run("policy", "macro", "FRA", "--case", "article", "--draws", "200", "--no-record")
    assert done.code == 0, done.err
    assert "output at least 2 % higher: probability" in done.out
    assert run("policy", "macro", "FRA", "--case", "nonsense", "--draws", "60").code == 2


def test_a_domain_of_the_users_own(run, stocked: Path):
    folder = write_garden(
        stocked / "garden", ('is = "real_gdp"', 'is = "100*unemployment_rate"'), ('is = ["population"]', 'is = "inflation"'),
        ('equation = "real_gdp"\ncoefficient = "slope"\nsign = -1', 'range = [-0.6, -0.2]\nsource = "Nobody (2000)"'),
        ('[shocks]\n"green.add" = "real_gdp"\n', ""), ('outcome = "real_gdp"', 'outcome = "inflation"'),
    )  # fmt: skip
    done = run("policy", str(folder), "FRA", "--draws", "60", "--no-record")
    assert done.code in (0, 3), done.err
    assert "Garden, France" in done.out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("nonsense", "FRA"), "nonsense"),
        (("macro", "Atlantis"), "Atlantis"),
        (("macro", "FRA", "--bound", "spending between 2 and 1"), "spending between 2 and 1"),
        (("macro", "FRA", "--bound", "spending between 1 and 2"), "spending"),
        (("macro", "FRA", "--bound", "wine between 0 and 1"), "wine"),
        (("macro", "FRA", "--target", "gap equals nought"), "gap equals nought"),
        (("macro", "FRA", "--target", "wine = 1"), "wine"),
        (("macro", "FRA", "--weight", "gap = -1"), "gap"),
        (("macro", "FRA", "--given", "okun between 1 and 2"), "1"),
        (("macro", "FRA", "--given", "wine between 1 and 2"), "wine"),
        (("macro", "FRA", "--only", "wine"), "wine"),
        (("macro", "FRA", "--budget", "-1"), "-1"),
        (("macro", "FRA", "--horizon", "99"), "99"),
        (("macro", "FRA", "--draws", "1"), "1"),
        (("macro", "FRA", "--seed", "-1"), "-1"),
        (("macro", "FRA", "--start", "9999"), "9999"),
    ],
)
def test_what_cannot_be_asked_is_told_without_a_trace(run, stocked: Path, words, told):
    done = run("policy", *words, "--no-record")
    assert done.code in (2, 5), (done.out, done.err)
    assert told in done.err
    assert "Traceback" not in done.err


def test_the_domains_are_listed(run):
    done = run("policy", "list")
    assert done.code == 0
    assert "macro" in done.out
    assert "public debt" in done.out


def test_an_empty_store_leaves_the_factbook_and_no_design(run):
    done = run("policy", "macro", "FRA", "--no-record")
    assert done.code == 5
    assert "There are no figures for" in done.out
    assert "The mix from" not in done.out
    assert "Traceback" not in done.err
