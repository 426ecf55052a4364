"""FRB/US against the Federal Reserve Board's own package (PyFRB/US, Newton's method) and in two languages.

A shock of 100 basis points to the error of the inertial Taylor rule in 2040Q1 on LONGBASE of February 2024, debt
stabilisation off (dfpdbt = 0) and surplus stabilisation on (dfpsrp = 1), the baseline made a solution by its residuals.
Figures: runs of PyFRB/US 1.0 on the same files.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from longwave.core.period import Period
from longwave.macro.databank import Databank
from longwave.macro.interop.frbus import read_frbus, read_longbase
from longwave.macro.interop.imported import Imported
from longwave.macro.interop.mdl import read_mdl
from longwave.macro.language.read import read_model
from longwave.macro.language.write import write_model
from longwave.macro.model import Model
from longwave.macro.solve import SolveOptions, add_factors_for, solve

FIRST, LAST = Period.parse("2040-Q1"), Period.parse("2059-Q4")


@pytest.fixture(scope="module")
def longbase(frbus_pack: Path) -> Databank:
    bank = read_longbase(frbus_pack / "longbase_feb2024_1962Q1_2173Q4.csv.gz")
    periods = len(bank.values)
    return bank.with_columns({"dfpdbt": np.zeros(periods), "dfpsrp": np.ones(periods)})


def later_target(bank: Databank) -> Databank:
    """The forward-looking run of the figures: the rule's intercept follows from the 40th quarter on."""
    switch = np.zeros(len(bank.values))
    switch[bank.row(FIRST) + 39 :] = 1.0
    return bank.with_columns({"drstar": switch})


def shocked(model: Model, bank: Databank, engine: str = "auto") -> tuple[pd.DataFrame, pd.DataFrame]:
    """The baseline and the shocked path, each certified."""
    options = SolveOptions(engine=engine)  # type: ignore[arg-type]
    tracked = add_factors_for(model, bank, FIRST, LAST)
    base = solve(model, tracked, FIRST, LAST, options=options)
    error = tracked.series("rffintay.add").to_numpy()
    error[tracked.row(FIRST)] += 1.0
    moved = solve(model, tracked.with_columns({"rffintay.add": error}), FIRST, LAST, options=options)
    assert base.certificate.residual < 1e-9 and moved.certificate.residual < 1e-9
    given = bank.series("xgdp")[str(FIRST) : str(LAST)].to_numpy()
    assert base.series("xgdp").to_numpy() == pytest.approx(given, rel=1e-9)  # the baseline is a solution
    return base.frame(), moved.frame()


def percent(base: pd.DataFrame, moved: pd.DataFrame, quarters: list[int]) -> np.ndarray:
    return (100.0 * (moved["xgdp"] / base["xgdp"] - 1.0)).iloc[quarters].to_numpy()


def backward(found: Imported) -> tuple[Model, Model]:
    return found.model, read_model(write_model(found.model))


@pytest.mark.parametrize("engine", ["auto", "interpreted"])
def test_expectations_by_small_vars(frbus_pack: Path, longbase: Databank, engine: str) -> None:
    for model in backward(read_frbus(frbus_pack / "model.xml")):
        base, moved = shocked(model, longbase, engine)
        change = moved - base
        assert change.loc["2040-Q1", "rff"] == pytest.approx(1.0001054893, abs=1e-9)
        assert change.loc["2040-Q1", "lur"] == pytest.approx(-0.00032391725, abs=1e-11)
        assert change.loc["2042-Q1", "rff"] == pytest.approx(-0.0428858, abs=5e-8)
        assert change.loc["2042-Q1", "lur"] == pytest.approx(0.25678569, abs=5e-9)
        assert change.loc["2042-Q1", "picxfe"] == pytest.approx(-0.0352571027, abs=1e-9)
        assert percent(base, moved, [4, 8, 16]) == pytest.approx(
            [-0.4171495885, -0.4845191796, -0.2498600321], abs=5e-9
        )


def test_expectations_consistent_with_the_model(frbus_pack: Path, longbase: Databank) -> None:
    model = read_frbus(frbus_pack / "model.xml", "mcap+wp").model
    base, moved = shocked(model, later_target(longbase))
    change = moved - base
    assert change.loc["2040-Q1", "rff"] == pytest.approx(0.9997554429948, abs=1e-11)
    assert change.loc["2040-Q1", "picxfe"] == pytest.approx(-0.0044387031, abs=1e-10)
    assert change.loc["2042-Q1", "rff"] == pytest.approx(0.148139713646, abs=1e-10)
    assert change.loc["2042-Q1", "lur"] == pytest.approx(0.0976606282, abs=1e-9)
    assert percent(base, moved, [0, 4, 8, 16]) == pytest.approx(
        [8.085951e-5, -0.18623019, -0.16653986, -0.06437375], abs=1e-8
    )


@pytest.mark.parametrize("file", ["frbus_model_var.mdl.txt", "frbus_model_mcap_wp.mdl.txt"])
def test_the_same_model_in_mdl_answers_alike(frbus_pack: Path, longbase: Databank, file: str) -> None:
    """The texts in bimets' language are an earlier vintage: egse, hks and pcfr have other coefficients."""
    ahead = "mcap" in file
    data = later_target(longbase) if ahead else longbase
    theirs = shocked(read_mdl(frbus_pack / file).model, data)
    ours = shocked(read_frbus(frbus_pack / "model.xml", "mcap+wp" if ahead else "var").model, data)
    changes = [moved - base for base, moved in (theirs, ours)]
    assert changes[0].loc["2040-Q1", "rff"] == pytest.approx(changes[1].loc["2040-Q1", "rff"], abs=1e-4)
    assert percent(*theirs, [4, 8, 16]) == pytest.approx(percent(*ours, [4, 8, 16]), rel=0.1)


def test_other_variables_may_be_shocked(frbus_pack: Path, longbase: Databank) -> None:
    """A shock written as the Board writes it (`x_aerr`) is the add-factor here, of identities too."""
    found = read_frbus(frbus_pack / "model.xml")
    tracked = add_factors_for(found.model, longbase, FIRST, LAST)
    for error, column in (("eco_aerr", "eco"), ("egfe_aerr", "egfe"), ("xgap_aerr", "xgap")):
        add = found.renamed[error]
        moved = tracked.series(add).to_numpy()
        moved[tracked.row(FIRST)] += 0.01
        path = solve(found.model, tracked.with_columns({add: moved}), FIRST, LAST)
        assert path.certificate.residual < 1e-9
        assert path.series(column)["2040-Q1"] > longbase.series(column)["2040-Q1"]


def test_all_expectations_consistent_with_the_model(frbus_pack: Path, longbase: Databank) -> None:
    """No figures to compare with: the certificate speaks, and expected inflation is next quarter's."""
    base, moved = shocked(read_frbus(frbus_pack / "model.xml", "all").model, later_target(longbase))
    change = moved - base
    assert change["zpicxfe"].iloc[:-1].to_numpy() == pytest.approx(
        change["picxfe"].iloc[1:].to_numpy(), abs=1e-9
    )


def test_history_runs_too(frbus_pack: Path) -> None:
    """The historical database: residuals track it, and the oil shock year is solved period by period."""
    bank = read_longbase(frbus_pack / "HISTDATA_1968Q1_2024Q4.TXT")
    found = read_frbus(frbus_pack / "model.xml")
    first, last = Period.parse("1975-Q1"), Period.parse("2019-Q4")
    tracked = add_factors_for(found.model, found.complete(bank), first, last)
    path = solve(found.model, tracked, first, last)
    given = bank.series("lur")[str(first) : str(last)].to_numpy()
    assert path.series("lur").to_numpy() == pytest.approx(given, abs=1e-7)
