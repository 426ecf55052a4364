"""A row without text keeps its place among the others: to each row an answer is owed, under its own number."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from longwave.text.corpus.delimited import read_delimited
from longwave.text.corpus.read import read_rows
from longwave.text.corpus.table import text_table
from longwave.text.table import TextTable


def _table(path: Path, text: str, task: str = "classify", *, for_prediction: bool = True) -> TextTable:
    path.write_text(text, "utf-8")
    return text_table(read_rows(path), task, for_prediction=for_prediction)


def test_one_column_as_pandas_writes_it_has_a_line_for_each_row(tmp_path: Path) -> None:
    path = tmp_path / "d.csv"
    pd.DataFrame({"text": ["up", "", "down", ""]}).to_csv(path, index=False)
    table = text_table(read_rows(path), "classify", for_prediction=True)
    assert table.asked == (("1", True), ("2", False), ("3", True), ("4", False))
    assert table.frame["id"].tolist() == ["1", "3"]


@pytest.mark.parametrize(
    ("name", "text", "texts"),
    [
        ("d.csv", "text\nup\n\ndown\n\n\n", ["up", "", "down"]),
        ("d.csv", "\n\ntext\nup\n   \ndown", ["up", "", "down"]),
        ("d.csv", "text,label\nup,a\n,\ndown,b\n,\n,\n", ["up", "", "down"]),
        ("d.csv", "text,label\nup,a\n\n  \ndown,b\n", ["up", "down"]),
        ("d.tsv", "text\tlabel\nup\ta\n\t\n\ndown\tb\n\t\n\n", ["up", "", "down"]),
        ("d.txt", "up\n\ndown\n\n", ["up", "", "down"]),
        ("d.csv", "text\r\r\nup\r\r\ndown\r\r\n", ["up", "down"]),
    ],
)
def test_only_what_stands_around_the_rows_is_padding(
    tmp_path: Path, name: str, text: str, texts: list[str]
) -> None:
    (tmp_path / name).write_bytes(text.encode())
    assert [cell.strip() for cell in read_rows(tmp_path / name).frame["text"]] == texts


def test_lines_are_counted_as_the_reader_sees_them() -> None:
    assert read_delimited("\ntext\nup\n\ndown\n", "d.csv")[0].index.tolist() == [3, 4, 5]


def test_an_empty_row_of_a_sheet_keeps_its_place(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["text", "label"], ["up", "a"], [None, None], ["  ", None], ["down", "b"], [" ", None]):
        book.active.append(row)
    book.save(tmp_path / "d.xlsx")
    rows = read_rows(tmp_path / "d.xlsx")
    assert rows.frame.index.tolist() == [2, 3, 4, 5]
    table = text_table(rows, "classify", for_prediction=True)
    assert [there for _, there in table.asked] == [True, False, False, True]
    learnt = text_table(rows, "classify")
    assert learnt.labels == ("a", "b")
    assert "Rows without a text, left out: 2 of 4." in [note.text("en") for note in learnt.notes]


@pytest.mark.parametrize(
    ("task", "header", "rows"),
    [
        ("classify", "text,label,date,split", ["up,a,2020-01-01,train", "down,b,2020-01-02,test"]),
        ("classify", "text,label,id", ['up,"[""a"",""b""]",x', 'down,"[""b""]",y']),
        ("intent", "text,intent", ["up,a", "down,b"]),
        ("pairs", "sentence1,sentence2,label", ["up,rises,a", "down,rises,b"]),
        ("entities", "tokens,tags", ["IBM rose,B-ORG O", "it fell,O O"]),
        ("entities", "text,entities", ['IBM rose,"[[0,3,""ORG""]]"', "it fell,[]"]),
        ("relations", "text,head,tail,label", ["Ann met Bob,Ann,Bob,a", "Ann hit Bob,Ann,Bob,b"]),
        ("answers", "question,context,answers", ["who?,Ann did,Ann", "what?,Bob ran,ran"]),
        ("summarise", "document,summary", ["a long text,text", "one more text,more"]),
        ("translate", "en,zh", ["up,升", "down,降"]),
        ("generate", "prompt,completion", ["up?,yes", "down?,no"]),
    ],
)
def test_every_task_passes_over_an_empty_row(tmp_path: Path, task: str, header: str, rows: list[str]) -> None:
    written = "\n".join([header, rows[0], "," * header.count(","), rows[1], ""])
    assert len(_table(tmp_path / "d.csv", written, task, for_prediction=False)) == 2
    asked = _table(tmp_path / "d.csv", written, task).asked
    assert [there for _, there in asked] == [True, False, True]


def test_dates_are_judged_by_the_rows_that_are_kept(tmp_path: Path) -> None:
    written = "text,label,date\nup,a,2020-01-01\n,,\n,,\ndown,b,2020-01-02\n"
    table = _table(tmp_path / "d.csv", written, for_prediction=False)
    assert table.frame["date"].tolist() == ["2020-01-01", "2020-01-02"]
    assert not [note for note in table.notes if note.key == "text_corpus.some_dates"]
