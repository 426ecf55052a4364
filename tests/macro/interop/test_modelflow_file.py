"""ModelFlow's files: a made one, and the World Bank's model of Pakistan solved from its own data."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from longwave.core.errors import BadInput
from longwave.core.period import Frequency, Period
from longwave.macro.interop.importing import import_model
from longwave.macro.interop.modelflow_file import read_modelflow_file
from longwave.macro.language.read import read_model
from longwave.macro.language.write import write_model
from longwave.macro.solve import SolveOptions, add_factors_for, solve

FIRST, LAST = Period.parse("2016"), Period.parse("2030")


def content(**changed: object) -> bytes:
    frame = {"Y": {"2000": 1.0, "2001": None}, "X": {"2000": 3, "2001": 4.0}}
    made = {
        "frml": "FRML <IDENT> Y = 2*X $",
        "lastdf": json.dumps(frame),
        "var_description": {"Y": "Income", "X": "X"},
        "current_per": {"0": 2001},
        "modelname": "Tiny one",
    }
    return json.dumps({**made, **changed}).encode()


@pytest.mark.parametrize("packed", [False, True])
def test_equations_data_and_names(packed: bool) -> None:
    raw = gzip.compress(content()) if packed else content()
    found = read_modelflow_file(raw)
    assert found.model.name == "tiny_one" and found.model.frequency is Frequency.ANNUAL
    assert found.model.variable("Y").names.en == "Income" and found.model.variable("X").names.en == ""
    assert found.data is not None and np.isnan(found.data.series("Y")["2001"])
    assert (
        solve(found.model, found.data, Period.parse("2001"), Period.parse("2001")).series("Y")["2001"] == 8.0
    )
    assert "2001" in found.warnings[0].text()
    assert import_model(raw).model == found.model


def test_quarters_and_dates_in_milliseconds() -> None:
    quarters = {"Y": {"2000Q1": 1.0, "2000Q2": 2.0}}
    found = read_modelflow_file(content(lastdf=json.dumps(quarters)))
    assert found.data is not None and str(found.data.last) == "2000-Q2"
    stamps = {str(int(1e3 * second)): 1.0 for second in (946684800, 954547200, 962409600, 970358400)}
    found = read_modelflow_file(content(lastdf={"Y": stamps}))
    assert found.data is not None and (str(found.data.first), str(found.data.last)) == ("2000-Q1", "2000-Q4")
    assert read_modelflow_file(content(lastdf=None)).data is None


@pytest.mark.parametrize(
    "raw",
    [
        b"{}",
        b"[1, 2]",
        b'{"frml": 3}',
        b'{"frml": ',
        b"[" * 100_000,
        b"\x1f\x8b\x08\x00broken",
        content(lastdf="{"),
        content(lastdf='["Y"]'),
        content(lastdf='{"Y": {"2000": "much"}}'),
        content(lastdf='{"Y": {"2000": 1, "2002": 1}}'),
        content(lastdf='{"Y": {"once": 1}}'),
        content(frml="FRML <> Y = $"),
    ],
)
def test_broken_files_are_refused(raw: bytes) -> None:
    with pytest.raises(BadInput) as caught:
        read_modelflow_file(raw)
    assert caught.value.text("zh")


def test_pakistan_holds_its_own_solution(modelflow_pack: Path) -> None:
    found = read_modelflow_file(modelflow_pack / "pak.pcim")
    assert len(found.model.equations) == 303 and len(found.stochastic) == 75
    assert read_model(write_model(found.model)) == found.model
    assert found.data is not None
    alone = solve(found.model, found.data, FIRST, LAST, options=SolveOptions(mode="one_equation"))
    for each in found.model.endogenous:
        given = found.data.series(each.name)[str(FIRST) : str(LAST)].to_numpy()
        away = np.max(np.abs(alone.series(each.name).to_numpy() - given)) / max(1.0, np.max(np.abs(given)))
        assert away < 1e-7, each.name  # ModelFlow's own tolerance


def test_pakistan_solved_and_shocked(modelflow_pack: Path) -> None:
    """The file's baseline is found again, and a shock acts: a switched policy rate stays where it is put."""
    found = read_modelflow_file(modelflow_pack / "pak.pcim")
    data = found.data
    assert data is not None
    base = solve(found.model, data, FIRST, LAST)
    assert base.certificate.residual < 1e-10
    for name in ("PAKNYGDPMKTPKN", "PAKNECONPRVTKN", "PAKGGBALOVRLCN", "PAKFMLBLPOLYXN"):
        given = data.series(name)[str(FIRST) : str(LAST)].to_numpy()
        assert base.series(name).to_numpy() == pytest.approx(given, rel=2e-6)
    rate = data.series("PAKFMLBLPOLYXN").to_numpy()
    higher = {"PAKFMLBLPOLYXN_X": rate + 1.0, "PAKFMLBLPOLYXN_D": np.ones(len(rate))}
    shocked = solve(found.model, data.with_columns(higher), FIRST, LAST)
    given = data.series("PAKFMLBLPOLYXN")[str(FIRST) : str(LAST)].to_numpy() + 1.0
    assert shocked.series("PAKFMLBLPOLYXN").to_numpy() == pytest.approx(given, rel=1e-12)
    change = shocked.series("PAKNYGDPMKTPKN") / base.series("PAKNYGDPMKTPKN") - 1
    assert change.abs().max() > 1e-4 and change.iloc[1] < 0


def test_pakistan_in_eviews_own_words(modelflow_pack: Path) -> None:
    """The file keeps the EViews text that ModelFlow made its equations from: both say the same."""
    words = json.loads(gzip.decompress((modelflow_pack / "pak.pcim").read_bytes()))["eviews_dict"]
    found = import_model("\n".join(text.strip() for text in words.values()))
    assert found.format == "eviews" and len(found.model.equations) == 303
    theirs = read_modelflow_file(modelflow_pack / "pak.pcim").data
    assert theirs is not None
    for made in found.made:
        assert made.values(theirs) == pytest.approx(theirs.series(made.name).to_numpy(), nan_ok=True)
    data = add_factors_for(found.model, found.complete(theirs), FIRST, LAST)
    alone = solve(found.model, data, FIRST, LAST, options=SolveOptions(mode="one_equation"))
    for each in found.model.endogenous:
        given = theirs.series(each.name)[str(FIRST) : str(LAST)].to_numpy()
        away = np.max(np.abs(alone.series(each.name).to_numpy() - given)) / max(1.0, np.max(np.abs(given)))
        assert away < 1e-7, each.name
