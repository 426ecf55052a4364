"""Observations as datasets: contradictions are held back by name, the rest is kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.connectors.columns import Hints
from longwave.connectors.dataset import BookEntry, CodeBook, Dataset, build_dataset, refusal, safe_id
from longwave.connectors.shape import observe
from longwave.connectors.tables import read_csv
from longwave.core.errors import BadInput, DuplicateObservations, LongwaveError, UnitMismatch, UnsafeInput
from longwave.core.message import Names

HEAD = "iso3,year,variable,value"
GOOD = "USA,2019,good,1"


def dataset(*lines: str, book: CodeBook | None = None) -> Dataset:
    seen = observe(read_csv("\n".join(lines).encode(), "a.csv"), Hints(), subject="a.csv")
    assert seen is not None
    return build_dataset("mine", [(seen, seen.frame)], book or CodeBook(), "2025-01-01")


def checks(built: Dataset, held_back: bool = True) -> list[str]:
    return [fault.check for fault in built.faults if fault.held_back is held_back]


def test_two_values_for_one_key_hold_that_series_back() -> None:
    built = dataset(HEAD, GOOD, "USA,2019,bad,1", "USA,2019,bad,2", "USA,2020,bad,3", "CHN,2019,bad,4")
    assert checks(built) == ["two_values"]
    assert built.panel.has("good") and built.panel.has("bad", area="CHN")
    assert not built.panel.has("bad", area="USA")
    assert "bad@USA" in str(built.faults[-1].message) and built.faults[-1].rows == 3
    assert isinstance(refusal(built.faults), DuplicateObservations)


def test_a_value_and_a_null_for_one_key_contradict_each_other() -> None:
    assert checks(dataset(HEAD, GOOD, "USA,2019,bad,1", "USA,2019,bad,")) == ["two_values"]


def test_a_repeated_row_is_kept_once_and_said() -> None:
    built = dataset(HEAD, GOOD, GOOD)
    assert len(built.panel) == 1
    assert "repeated_rows" in checks(built, held_back=False)


def test_mixed_units_and_mixed_periods_hold_that_series_back() -> None:
    built = dataset("iso3,year,variable,value,unit", "USA,2019,a,1,%", "USA,2020,a,2,USD", "USA,2019,b,1,%")
    assert checks(built) == ["mixed_units"]
    assert isinstance(refusal(built.faults), UnitMismatch)
    mixed = dataset(
        "iso3,period,variable,value", "USA,2019,a,1", "USA,2019-Q1,a,2", "USA,2019,b,3", "USA,2020-01,b,2"
    )
    assert checks(mixed) == ["mixed_frequency"]
    assert len(mixed.panel) == 0
    assert type(refusal(mixed.faults)) is BadInput


def test_a_value_under_a_missing_status_holds_that_series_back() -> None:
    built = dataset(
        "iso3,year,variable,value,obs_status", "USA,2019,a,1,O", "USA,2019,b,2,e", "CHN,2019,b,,M"
    )
    assert checks(built) == ["value_under_missing"]
    assert built.panel.frame["status"].tolist() == ["M", "E"]


def test_the_publishers_own_flags_are_notes() -> None:
    built = dataset("iso3,year,variable,value,flag", "USA,2019,a,1,bp", "USA,2020,a,2,p")
    assert built.panel.frame["note"].tolist() == ["bp", ""]
    assert built.panel.frame["status"].tolist() == ["A", "P"]
    assert "own_flags" in checks(built, held_back=False)


def test_units_come_from_the_table_then_from_the_book_then_are_not_stated() -> None:
    book = CodeBook(
        {
            ("mine", "a"): BookEntry(Names("Share", "份额"), "%", ("productivity",), ("macro",), "noted"),
            ("", "b"): BookEntry(Names("Bee"), ""),
            ("other", "c"): BookEntry(Names("Not mine"), "USD"),
        }
    )
    built = dataset(HEAD, "USA,2019,a,1", "USA,2019,b,1", "USA,2019,c,1", book=book)
    units = {meta.variable: str(meta.unit) for meta in built.metas}
    assert units == {"a": "percent", "b": "not stated", "c": "not stated"}
    assert built.panel.frame.set_index("variable")["unit"].to_dict() == units
    first = built.metas[0]
    assert (first.names.text("zh"), first.dimensions, first.domains, first.note) == (
        "份额",
        ("productivity",),
        ("macro",),
        "noted",
    )
    assert {fault.check: str(fault.message) for fault in built.faults}.keys() == {
        "not_in_code_book",
        "unit_not_stated",
    }


def test_a_variable_in_national_currencies_has_no_one_unit() -> None:
    built = dataset("iso3,year,variable,value,unit", "USA,2019,a,1,USD", "CHN,2019,a,2,CNY")
    assert built.metas[0].unit.quantity == "unstated"
    assert built.panel.frame["unit"].nunique() == 2


def test_vintages_make_a_real_time_dataset() -> None:
    built = dataset("iso3,year,variable,value,vintage", "USA,2019,a,1,2020-01-15", "USA,2019,a,2,2021-01-15")
    assert built.realtime
    assert built.panel.frame["vintage"].tolist() == ["2020-01-15", "2021-01-15"]
    with pytest.raises(BadInput, match="vintage"):
        dataset("iso3,year,variable,value,vintage", "USA,2019,a,1,first")


def test_the_book_names_a_dataset_only_where_it_is_the_one() -> None:
    entry = BookEntry(Names("x"))
    book = CodeBook({("a", "x"): entry, ("a", "y"): entry, ("b", "y"): entry, ("", "z"): entry})
    assert [book.dataset_of(name) for name in "xyz"] == ["a", None, None]


@pytest.mark.parametrize("text", ["../a", "a/b", "a\\b", "..", "a\0b", "x" * 101])
def test_an_id_that_is_a_path_is_unsafe(text: str) -> None:
    with pytest.raises(UnsafeInput):
        safe_id(text)


@given(st.text(max_size=120))
def test_an_id_is_part_of_a_files_name_or_refused(text: str) -> None:
    try:
        safe = safe_id(text)
    except LongwaveError:
        return
    assert safe and "/" not in safe and not safe.startswith(".") and not any(c.isspace() for c in safe)
    assert safe_id(safe) == safe
