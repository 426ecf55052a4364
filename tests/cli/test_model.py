"""``longwave model``: what its verbs print, write and refuse."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import longwave as lw

from .conftest import Run

SPAN = ("--first", "1931", "--last", "1936")
VERBS = (
    "list",
    "check",
    "show",
    "graph",
    "convert",
    "solve",
    "estimate",
    "simulate",
    "irf",
    "rest",
    "condition",
    "optimise",
)


@pytest.mark.parametrize("verb", ["", *VERBS])
def test_help_begins_with_an_example(run: Run, verb: str) -> None:
    done = run("model", *([verb] if verb else []), "--help")
    assert done.code == 0
    usage, _, example = done.out.splitlines()[:3]
    assert usage.startswith("Usage: longwave model")
    assert example.strip().startswith("$ longwave model")


def test_the_library_is_listed_with_whose_figures(run: Run) -> None:
    done = run("model", "list")
    assert done.code == 0
    assert "klein1" in done.out
    document = run("model", "list", "--json").document
    assert document["schema"] == "longwave.models/1"
    (klein,) = [each for each in document["models"] if each["name"] == "klein1"]
    assert "Klein" in klein["title"]["en"]
    assert "克莱因" in klein["title"]["zh"]
    assert klein["figures"]


def test_every_model_of_the_library_is_sound(run: Run) -> None:
    for entry in run("model", "list", "--json").document["models"]:
        done = run("model", "check", entry["name"])
        assert done.code == 0, (entry["name"], done.err)


@pytest.mark.parametrize(
    ("lang", "sound", "kind"), [("en", "can be solved", "exogenous"), ("zh", "可以求解", "外生")]
)
def test_check_show_and_graph_speak_both_languages(run: Run, lang: str, sound: str, kind: str) -> None:
    assert sound in run("model", "check", "klein1", "--lang", lang).out
    shown = run("model", "show", "klein1", "--show", "G", "--lang", lang).out
    assert kind in shown
    assert "Wp = w0" not in shown
    assert "C = c0 + c1*P" in run("model", "show", "klein1", "--lang", lang).out
    drawn = run("model", "graph", "klein1", "--lang", lang).out
    assert "X, Wp, P, C, I" in drawn


def test_the_graph_tells_neighbours_and_writes_a_picture_for_graphviz(run: Run) -> None:
    done = run("model", "graph", "klein1", "--show", "K", "--out", "klein.dot")
    assert "I" in done.out
    assert "K(-1)" in done.out
    text = Path("klein.dot").read_text("utf-8")
    assert text.startswith("digraph model {")
    assert '"G" -> "X";' in text
    assert '"P" -> "C"' in text
    document = run("model", "graph", "klein1", "--json").document
    assert document["max_lag"] == 1
    assert document["max_lead"] == 0
    assert {"X", "P", "C"} <= set(document["blocks"][0]["variables"])


def test_a_model_converts_to_its_own_text_and_to_latex(run: Run) -> None:
    assert run("model", "convert", "klein1", "--out", "copy.lw").code == 0
    first, again = (
        run("model", "show", what, "--json").document["equations"] for what in ("klein1", "copy.lw")
    )
    assert first == again
    assert run("model", "convert", "copy.lw", "--out", "copy.tex").code == 0
    assert "\\" in Path("copy.tex").read_text("utf-8")


def test_a_shock_is_solved_told_written_and_drawn(run: Run) -> None:
    done = run(
        "model", "solve", "klein1", *SPAN, "--shock", "G + 1 in 1932..1933", "--show", "Y",
        "--out", "paths.csv", "--plot", "page.html", "--keep", "kept.toml", "--lang", "en", "--lang", "zh",
    )  # fmt: skip
    assert done.code == 0, done.err
    assert "+3.63" in done.out
    assert "Equations hold to" in done.err
    table = pd.read_csv("paths.csv")
    assert set(table["scenario"]) == {"baseline", "G + 1 in 1932..1933"}
    change = (
        table[table["scenario"] == "G + 1 in 1932..1933"]["Y"].to_numpy()
        - table[table["scenario"] == "baseline"]["Y"]
    )
    assert change.iloc[0] == pytest.approx(0.0)
    assert change.iloc[1] == pytest.approx(1.8167, abs=1e-4)
    assert "National income" in Path("page.html").read_text("utf-8")
    assert "国民收入" in Path("page.zh.html").read_text("utf-8")
    again = run(
        "model", "solve", "klein1", *SPAN, "--scenarios", "kept.toml", "--show", "Y", "--json"
    ).document
    (scenario,) = again["scenarios"]
    assert scenario["difference"]["Y"]["1932"] == pytest.approx(1.8167, abs=1e-4)
    assert scenario["certificate"]["residual"] <= 1e-10


def test_tracking_makes_the_figures_the_baseline(run: Run) -> None:
    document = run("model", "solve", "klein1", *SPAN, "--track", "--show", "C", "--json").document
    assert document["baseline"]["paths"]["C"]["1931"] == pytest.approx(50.9)
    assert document["scenarios"] == []


def test_a_goal_is_reached(run: Run) -> None:
    document = run(
        "model", "solve", "klein1", *SPAN, "--shock", "Y = 60 in 1934 by G", "--show", "Y", "--json"
    ).document
    assert document["scenarios"][0]["paths"]["Y"]["1934"] == pytest.approx(60.0)


def test_causes_add_up(run: Run) -> None:
    document = run(
        "model", "solve", "klein1", *SPAN, "--shock", "G + 1", "--shock", "T + 1", "--why", "--show", "Y", "--json"
    ).document  # fmt: skip
    causes = document["causes"]["Y"]
    whole = document["scenarios"][0]["difference"]["Y"]
    for period, change in whole.items():
        assert sum(each[period] for each in causes.values()) == pytest.approx(change)


def test_an_estimate_gives_the_published_figures_and_a_model_to_solve(run: Run) -> None:
    done = run("model", "estimate", "klein1", "--method", "2sls", "--out", "found.lw", "--plot", "fit.html")
    assert done.code == 0, done.err
    assert "16.5548" in done.out
    assert "ejected: " in done.out
    assert run("model", "solve", "found.lw", "--data", klein_table(), *SPAN).code == 0
    document = run("model", "estimate", "klein1", "--method", "3sls", "--json").document
    found = {each["name"]: each["value"] for each in document["coefficients"]}
    assert found["c3"] == pytest.approx(0.790081, abs=1e-6)


def klein_table() -> str:
    bank = lw.model("klein1").data
    frame = pd.DataFrame({name: bank.series(name) for name in bank.names})
    frame.index.name = "year"
    frame.to_csv("klein.csv")
    return "klein.csv"


def test_a_text_without_coefficients_has_nothing_to_estimate(run: Run) -> None:
    Path("plain.lw").write_text("exogenous x\nparameter a = 2\nbehavioural y = a*x\n", "utf-8")
    Path("x.csv").write_text("year,x,y\n2001,1,2\n2002,2,4\n", "utf-8")
    done = run("model", "estimate", "plain.lw", "--data", "x.csv")
    assert done.code == 2
    assert "coefficient" in done.err


def test_an_equation_that_cannot_be_estimated_is_named_and_the_others_are_told(run: Run) -> None:
    Path("two.lw").write_text(
        "exogenous x, z\ncoefficient a, b\nbehavioural y = a*x\nbehavioural w = b*z\n", "utf-8"
    )
    rows = [f"{1990 + n},{n % 7},{'' if n else 1},{2 * (n % 7) + n % 3},{n}" for n in range(20)]
    Path("two.csv").write_text("year,x,z,y,w\n" + "\n".join(rows) + "\n", "utf-8")
    done = run("model", "estimate", "two.lw", "--data", "two.csv")
    assert done.code == 3, done.err
    assert done.out.startswith("y:")
    assert "w:" in done.err


def test_a_simulation_is_reproducible_and_counts_events(run: Run) -> None:
    words = (
        "simulate",
        "klein1",
        "--first",
        "1935",
        "--last",
        "1938",
        "--replications",
        "300",
        "--event",
        "Y > 60",
    )
    document = run("model", *words, "--json").document
    (event,) = document["events"]
    assert 0.0 < event["interval"]["low"] <= event["value"] <= event["interval"]["high"] <= 1.0
    assert document == run("model", *words, "--json", "--threads", "1").document
    assert document != run("model", *words, "--json", "--seed", "1").document
    done = run("model", *words, "--show", "Y", "--plot", "fan.svg", "--out", "fan.csv")
    assert done.code == 0, done.err
    assert Path("fan.svg").read_text("utf-8").count("<path") > 3
    assert "median" in pd.read_csv("fan.csv").columns


def test_responses_and_multipliers(run: Run) -> None:
    done = run("model", "irf", "klein1", "G", "--multiplier", "Y", "--permanent", "--show", "Y")
    assert done.code == 0, done.err
    assert "1.817 on impact" in done.out
    document = run(
        "model", "irf", "klein1", "G", *SPAN, "--draws", "100", "--coefficients", "3sls", "--show", "Y", "--json"
    ).document  # fmt: skip
    band = document["bands"]["Y"]
    assert band["low"]["1931"] < document["responses"]["Y"]["1931"] < band["high"]["1931"]


def test_where_it_rests_and_whether_it_goes_there(run: Run) -> None:
    """Klein's Model I by two-stage least squares: its roots by hand from the reduced form."""
    document = run("model", "rest", "klein1", "--at", "1936", "--json").document
    assert document["verdict"] == "stable"
    assert document["roots"][0]["modulus"] == pytest.approx(0.845742, abs=1e-6)
    assert document["steady_state"]["I"] == pytest.approx(0.0, abs=1e-9)
    assert "0.8457" in run("model", "rest", "klein1", "--at", "1936", "--lang", "zh").out


def test_a_condition_is_met_by_the_likeliest_errors(run: Run) -> None:
    words = ("condition", "klein1", *SPAN, "--condition", "Y = 60 in 1936", "--show", "Y")
    document = run("model", *words, "--json").document
    assert document["paths"]["Y"]["1936"] == pytest.approx(60.0)
    assert 0.0 < document["p_value"] < 1.0
    assert run("model", *words, "--by", "C.add").code == 0
    assert run("model", *words, "--by", "Q.add").code in (2, 5)


def test_the_best_paths_keep_their_bounds(run: Run) -> None:
    document = run(
        "model", "optimise", "klein1", *SPAN, "--target", "Y = 60",
        "--instrument", "G between 2 and 8 move 0.5", "--json",
    ).document  # fmt: skip
    assert max(document["paths"]["G"]["optimal"].values()) <= 8.0 + 1e-9
    assert document["binding"][0]["side"] == "high"
    assert document["loss"]["optimal"] < document["loss"]["baseline"]


def test_bounds_on_any_variable_are_kept_or_refused(run: Run) -> None:
    words = ("optimise", "klein1", *SPAN, "--target", "Y = 60", "--instrument", "G between 2 and 20 by 1.5")
    document = run("model", *words, "--within", "C <= 62", "--within", "P by 3", "--json").document
    assert {each["name"] for each in document["binding"]} & {"C", "P", "G"}
    assert any("62" in sentence for sentence in document["asked"])
    steps = np.diff(list(document["paths"]["G"]["optimal"].values()))
    assert np.max(np.abs(steps)) <= 1.5 + 1e-6
    impossible = run("model", *words, "--within", "C <= 30")
    assert impossible.code == 5
    assert "give way" in impossible.err
    assert run("model", *words, "--within", "C about 30").code == 2


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("solve", "nothing"), 2, "klein1"),
        (("check", "missing.lw"), 2, "missing.lw"),
        (("solve", "klein1", "--shock", "G plus 1"), 2, "G plus 1"),
        (("solve", "klein1", "--shock", "Q + 1"), 2, "Q"),
        (("solve", "klein1", "--shock", "Y + 1"), 2, "identity"),
        (("solve", "klein1", "--shock", "C + 1"), 2, "C.add"),
        (("solve", "klein1", "--shock", "G + 1 in 2050"), 2, "1921 to 1941"),
        (("solve", "klein1", "--shock", "G + 1 in 1930-Q1"), 2, "1920"),
        (("solve", "klein1", "--shock", "C = 50 in 1934 by T.add"), 5, "T.add"),
        (("solve", "klein1", "--show", "Q"), 2, "Q is not a variable"),
        (("solve", "klein1", "--mode", "fast"), 2, "one_equation"),
        (("solve", "klein1", "--terminal", "none"), 2, "growth"),
        (("solve", "klein1", "--first", "1900"), 5, "1900 to 1919"),
        (("solve", "klein1", "--first", "1936", "--last", "1931"), 2, "1931"),
        (("solve", "klein1", "--first", "1931-Q1"), 2, "1931-Q1"),
        (("solve", "klein1", "--first", "soon"), 5, "soon"),
        (("solve", "klein1", "--data", "missing.csv"), 2, "missing.csv"),
        (("solve", "klein1", "--plot", "page.pdf"), 2, ".html"),
        (("solve", "klein1", "--scenarios", "missing.toml"), 2, "missing.toml"),
        (("convert", "klein1", "--out", "klein.doc"), 2, ".tex"),
        (("graph", "klein1", "--show", "Q"), 2, "Q"),
        (("estimate", "klein1", "--method", "magic"), 2, "3sls"),
        (("estimate", "klein1", "--equation", "Q"), 2, "Q"),
        (("simulate", "klein1", "--method", "magic"), 2, "bootstrap"),
        (("simulate", "klein1", "--first", "1925"), 5, "--residuals-first"),
        (("simulate", "klein1", "--first", "1935", "--replications", "0"), 2, "replications"),
        (("simulate", "klein1", "--first", "1935", "--event", "Y >"), 5, "Y >"),
        (("irf", "klein1", "Q"), 2, "Q"),
        (("irf", "klein1", "G", "--draws", "10", "--coefficients", "2sls"), 2, "100"),
        (("condition", "klein1", "--first", "1935", "--condition", "Y is 60"), 2, "Y is 60"),
        (("condition", "klein1", "--first", "1935", "--condition", "G = 6 in 1936"), 2, "G"),
        (("condition", "klein1", "--first", "1935", "--last", "1937", "--condition", "Y = 6 in 1940"), 2, "1940"),
        (("optimise", "klein1", "--target", "Y is 60", "--instrument", "G"), 2, "Y is 60"),
        (("optimise", "klein1", "--target", "Y = 60", "--instrument", "Q"), 2, "Q"),
        (("optimise", "klein1", "--target", "Y = 60", "--instrument", "G between 9 and 2"), 2, "G"),
        (("optimise", "klein1", "--target", "Y = 60"), 2, "--instrument"),
    ],
    ids=lambda each: " ".join(each) if isinstance(each, tuple) else None,
)  # fmt: skip
def test_what_cannot_be_done_is_refused_in_words(
    run: Run, words: tuple[str, ...], code: int, said: str
) -> None:
    done = run("model", *words)
    assert (done.code, said in done.err) == (code, True), done.err
    assert done.err.startswith("Error: ")
    assert done.err.count("\n") <= 1
    chinese = run("model", *words, "--lang", "zh")
    assert chinese.code == code
    assert any("一" <= letter <= "鿿" for letter in chinese.err)
    document = run("model", *words, "--json").document
    assert document["schema"] == "longwave.error/1"
    assert document["error"]["hint"] or code == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("identity Y = C +", "line 1"),
        ("exogenous G\nidentity Y = C + G\n", "C"),
        ("exogenous G\nidentity Y = G\nidentity Y = 2*G\n", "Y"),
        ("endogenous Y, C\nexogenous G\nidentity Y = G\n", "C"),
        ("", ""),
        ("\x00\x01", ""),
    ],
)
def test_a_text_that_is_wrong_says_where(run: Run, text: str, said: str) -> None:
    Path("wrong.lw").write_text(text, "utf-8")
    done = run("model", "check", "wrong.lw")
    assert done.code == 5, done.err
    assert said in done.err
    assert "defect" not in done.err


def test_a_file_that_is_no_text_is_refused(run: Run) -> None:
    Path("bytes.lw").write_bytes(b"\xff\xfe\x00model")
    Path("folder.lw").mkdir()
    assert run("model", "check", "bytes.lw").code == 5
    assert run("model", "check", "folder.lw").code in (2, 5)


def test_contradicting_options_are_refused(run: Run) -> None:
    """A model of a file has no map of an economy; figures come from one place."""
    Path("own.lw").write_text("exogenous x\nidentity y = 2*x\n", "utf-8")
    assert run("model", "solve", "own.lw", "--area", "USA").code == 2
    assert run("model", "solve", "own.lw").code == 2
    assert run("model", "solve", "klein1", "--area", "USA", "--data", "figures.csv").code == 2


def test_a_failed_solve_names_equation_variable_period_and_cause(run: Run) -> None:
    Path("log.lw").write_text("exogenous x\nbehavioural y: y = log(x)\n", "utf-8")
    Path("log.csv").write_text("year,x\n2001,1\n2002,-3\n", "utf-8")
    done = run("model", "solve", "log.lw", "--data", "log.csv")
    assert done.code == 5
    for word in ("y", "2002", "logarithm", "-3"):
        assert word in done.err


def test_several_faults_of_a_text_stand_on_lines_of_their_own(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "bad.lw"
    path.write_text(
        "model bad\nexogenous G\nendogenous Y\nidentity Y = G + aa\nidentity Z = bb + G\n", "utf-8"
    )
    done = run("model", "check", str(path))
    assert done.code == 5
    lines = done.err.strip().splitlines()
    assert len(lines) >= 4
    assert any("aa" in line and "line 4" in line for line in lines)
    assert any("bb" in line and "line 5" in line for line in lines)


def test_a_change_that_lasts_may_end_where_it_goes(run: Run) -> None:
    """The target of the projection model raised for good: held at the old rest beyond the end, inflation turns back."""
    words = ("model", "irf", "gap", "target", "--permanent", "--show", "pi4", "--json")
    held = run(*words).document["responses"]["pi4"]
    let = run(*words, "--terminal", "constant").document["responses"]["pi4"]
    assert list(let.values())[-1] == pytest.approx(1.0, abs=1e-3)
    assert list(held.values())[-1] < 0.9
