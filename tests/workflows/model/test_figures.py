"""Figures for models: the ways in which people write periods, headings and missing cells; files that are none."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from longwave.core.errors import BadInput, DataError, LongwaveError, UsageError
from longwave.core.settings import Settings
from longwave.workflows.model.convert import left_behind
from longwave.workflows.model.figures import find_figures, read_databank
from longwave.workflows.model.solve import solve_model
from longwave.workflows.model.source import find_model


def table(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize(
    ("periods", "first"),
    [
        (("1962Q1", "1962Q2"), "1962-Q1"),
        (("1962q1", "1962q2"), "1962-Q1"),
        (("1962-Q1", "1962-Q2"), "1962-Q1"),
        (("1962 Q1", "1962 Q2"), "1962-Q1"),
        (("1962:1", "1962:2"), "1962-Q1"),
        (("1962:01", "1962:02"), "1962-01"),
        (("1962-01", "1962-02"), "1962-01"),
        (("1962M01", "1962M02"), "1962-01"),
        (("1962", "1963"), "1962"),
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_periods_are_read_as_people_write_them(
    tmp_path: Path, periods: tuple[str, str], first: str, packed: bool
) -> None:
    text = f"when,x\n{periods[0]},1.5\n{periods[1]},2.5\n"
    path = table(tmp_path / "x.csv", text)
    if packed:
        path = tmp_path / "x.csv.gz"
        path.write_bytes(gzip.compress(text.encode("utf-8")))
    bank = read_databank(path)
    assert str(bank.first) == first
    assert bank.series("x").tolist() == [1.5, 2.5]


def test_chinese_headings_and_missing_cells(tmp_path: Path) -> None:
    path = table(tmp_path / "x.csv", "年份,消费,收入\n2001,1.5,NA\n2002,,4\n2003,3,..\n")
    bank = read_databank(path)
    assert bank.names == ("消费", "收入")
    assert np.isnan(bank.series("消费")["2002"])
    assert bank.series("收入").isna().tolist() == [True, False, True]


def test_a_spreadsheet_and_a_parquet_table(tmp_path: Path) -> None:
    frame = pd.DataFrame({"year": [2001, 2002], "x": [1.0, 2.0]})
    frame.to_excel(tmp_path / "x.xlsx", index=False)
    frame.to_parquet(tmp_path / "x.parquet", index=False)
    for name in ("x.xlsx", "x.parquet"):
        bank = read_databank(tmp_path / name)
        assert (str(bank.first), bank.series("x").tolist()) == ("2001", [1.0, 2.0])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "year,x\n",
        "year\n2001\n",
        "year,x\n2001,1\n2001,2\n",
        "year,x\n2001,1\n2004,2\n",
        "year,x\n2001,a word\n",
        "year,x,x\n2001,1,2\n",
        "year,x\nsoon,1\n",
        "year,x\n2001,1\n2002-Q1,2\n",
        "year,x\n1;2;3,4\n",
        '"year,x\n2001,1\n',
        "year,x\n2001,inf\n",
        "\x00\x01\x02",
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_broken_tables_are_refused_in_words(tmp_path: Path, text: str, packed: bool) -> None:
    path = tmp_path / ("x.csv.gz" if packed else "x.csv")
    path.write_bytes(gzip.compress(text.encode("utf-8")) if packed else text.encode("utf-8"))
    try:
        bank = read_databank(path)
    except LongwaveError as error:
        assert error.text("zh")
        return
    assert np.isfinite(bank.values).sum() == 0 or "inf" in text, (
        "what is not refused holds no invented figure"
    )


def test_what_is_no_archive_or_no_table(tmp_path: Path) -> None:
    (tmp_path / "x.csv.gz").write_bytes(b"no archive")
    with pytest.raises(DataError):
        read_databank(tmp_path / "x.csv.gz")
    for path in (tmp_path / "x.docx", tmp_path / "missing.csv", tmp_path):
        with pytest.raises(UsageError):
            if path.suffix == ".docx":
                path.write_text("x", "utf-8")
            read_databank(path)


def test_a_model_without_figures_says_how_to_bring_them(tmp_path: Path) -> None:
    path = table(tmp_path / "own.lw", "exogenous x\nidentity y = 2*x\n")
    settings = Settings(store=tmp_path / "store", cache=tmp_path / "cache")
    with pytest.raises(UsageError) as caught:
        find_figures(find_model(path), None, None, settings)
    assert "--data" in caught.value.text("en")


RBC = """// a comment
var c k;
varexo z;
parameters alpha beta;
alpha = 0.33; beta = 0.99;
model;
1/c = beta*alpha*exp(z(+1))*k^(alpha - 1)/c(+1);
k = exp(z)*k(-1)^alpha - c;
end;
initval; c = 0.4; k = 0.2; z = 0; end;
steady;
shocks; var z; periods 1:2; values 0.05; end;
simul(periods=60);
"""


def _own(tmp_path: Path) -> Settings:
    return Settings(store=tmp_path / "store", cache=tmp_path / "cache")


def test_a_dynare_file_is_solved_with_what_it_says(tmp_path: Path) -> None:
    path = table(tmp_path / "rbc.mod", RBC)
    solved = solve_model(path, settings=_own(tmp_path))
    assert [str(each) for each in solved.baseline.span] == ["2001", "2060"]
    assert any("2001" in each.text("zh") for each in solved.figures.notes)
    k, c = (solved.baseline.solution.path(name) for name in ("k", "c"))
    z = np.array([0.05, 0.05] + [0.0] * 58)
    start = (0.33 * 0.99) ** (1 / (1 - 0.33))
    before = np.concatenate([[start], k[:-1]])
    # with logarithmic utility and full depreciation the share that is saved is alpha beta in every period
    assert k == pytest.approx(0.33 * 0.99 * np.exp(z) * before**0.33, abs=1e-9)
    assert c == pytest.approx((1 - 0.33 * 0.99) * np.exp(z) * before**0.33, abs=1e-9)
    quarters = solve_model(path, first="2001-Q1", last="2003-Q4", settings=_own(tmp_path))
    assert [str(each) for each in quarters.baseline.span] == ["2001-Q1", "2003-Q4"]
    with pytest.raises(UsageError):
        solve_model(path, first="2001-Q1", last="2003", settings=_own(tmp_path))
    behind = left_behind(find_model(path))
    assert "initval, shocks" in behind[0].text("en")


def test_eviews_text_takes_its_frequency_from_the_figures(tmp_path: Path) -> None:
    path = table(tmp_path / "ev.txt", "cons = 0.5*gov + @pchy(gov)\n")
    quarters = [f"{2000 + row // 4}Q{row % 4 + 1}" for row in range(12)]
    data = table(
        tmp_path / "q.csv", "when,gov\n" + "".join(f"{each},{row + 1}\n" for row, each in enumerate(quarters))
    )
    solved = solve_model(path, data=data, shocks=["gov + 1 in 2002-Q1"], settings=_own(tmp_path))
    assert solved.baseline.solution.path("CONS")[0] == pytest.approx(2.5 + 4.0)
    assert np.isfinite(solved.differences[0].frame(["CONS"]).to_numpy()).all()
    with pytest.raises(BadInput, match="how many periods"):
        find_model(path)


def test_figures_of_another_frequency_are_refused(tmp_path: Path) -> None:
    path = table(tmp_path / "m.lw", "frequency annual exogenous x identity y = x")
    data = table(tmp_path / "q.csv", "when,x\n2000Q1,1\n2000Q2,2\n")
    with pytest.raises(UsageError, match="annual and the figures are quarterly"):
        find_figures(find_model(path), data, None, _own(tmp_path))


def test_holes_are_told(tmp_path: Path) -> None:
    path = table(tmp_path / "m.lw", "frequency annual exogenous x, z identity y = x + z")
    data = table(tmp_path / "d.csv", "when,x,z\n2000,1,\n2001,,1\n2002,2,1\n2003,2,\n")
    notes = find_figures(find_model(path), data, None, _own(tmp_path)).notes
    assert [each.text("en") for each in notes] == [
        "No figure within the table: x in 2001. Where no first and last period are named, the longest run of periods "
        "without such a gap is taken."
    ]


@pytest.mark.parametrize(
    ("dates", "first"),
    [
        (("2000-01-01", "2001-01-01", "2002-01-01"), "2000"),
        (("2000-12-31", "2001-12-31"), "2000"),
        (("2000-03-31", "2000-06-30", "2000-09-30"), "2000-Q1"),
        (("2000-01-01", "2000-02-01"), "2000-01"),
    ],
)
def test_dates_are_years_quarters_or_months(tmp_path: Path, dates: tuple[str, ...], first: str) -> None:
    bank = read_databank(table(tmp_path / "x.csv", "d,x\n" + "".join(f"{each},1\n" for each in dates)))
    assert (str(bank.first), len(bank.values)) == (first, len(dates))
