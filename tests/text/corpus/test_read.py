"""Files and folders of texts become rows, or a sentence says why not."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.core.errors import BadInput, LongwaveError, UnsafeInput, UsageError
from longwave.text.corpus.delimited import read_delimited
from longwave.text.corpus.opened import unpacked
from longwave.text.corpus.read import read_rows
from longwave.text.corpus.table import text_table

ROWS = [
    ("profits rose, again", "up"),
    ('the "dip" is over; or not', "down"),
    ("数据\t平稳", "flat"),
    ("😀 a\nb", "up"),
]


def _write(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("suffix", ["csv", "tsv"])
def test_delimited_texts_come_back_as_written(tmp_path: Path, mark: str, suffix: str) -> None:
    frame = pd.DataFrame(ROWS, columns=["text", "label"])
    path = tmp_path / f"d.{suffix}"
    frame.to_csv(path, sep=mark, index=False)
    read = read_rows(path).frame
    assert list(read.columns) == ["text", "label"]
    assert list(zip(read["text"], read["label"], strict=True)) == ROWS


@given(
    st.lists(
        st.tuples(st.text("ab,;\t\"'\n 中", min_size=1).filter(str.strip), st.sampled_from("xy")), min_size=1
    )
)
def test_any_csv_that_pandas_writes_is_read(rows: list[tuple[str, str]]) -> None:
    text = pd.DataFrame(rows, columns=["text", "label"]).to_csv(index=False, lineterminator="\n")
    frame, _ = read_delimited(text, "d.csv")
    assert list(zip(frame["text"], frame["label"], strict=True)) == rows


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    text = "text,label\n央行下调利率，市场反应平稳,中性\n企业利润增长，前景看好,正面\n"
    path = _write(tmp_path / "d.csv", text.encode(encoding))
    assert read_rows(path).frame["label"].tolist() == ["中性", "正面"]


def test_two_encodings_are_refused_with_the_line(tmp_path: Path) -> None:
    lines = ["text,label", "利润增长,正面", "价格平稳,中性", "订单下降,负面"]
    data = b"\n".join([*(line.encode() for line in lines), "市场低迷,负面".encode("gb18030")])
    with pytest.raises(BadInput, match="line 5"):
        read_rows(_write(tmp_path / "d.csv", data))


def test_an_odd_encoding_is_refused_and_can_be_named(tmp_path: Path) -> None:
    path = _write(tmp_path / "d.csv", "text,label\ncafé price £5,a\n".encode("latin-1"))
    with pytest.raises(BadInput, match="line 2"):
        read_rows(path)
    assert read_rows(path, encoding="latin-1").frame["text"].tolist() == ["café price £5"]


RUSSIAN = "Спрос упал, а потом снова вырос"
TRADITIONAL = "製造業在去年擴張，隨後改善；出口惡化，股價下跌。"


def test_traditional_chinese_is_read_from_gb_18030(tmp_path: Path) -> None:
    path = _write(tmp_path / "d.csv", f"text,label\n{TRADITIONAL},a\n".encode("gb18030"))
    assert read_rows(path).frame["text"].tolist() == [TRADITIONAL]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [(TRADITIONAL, "big5"), (RUSSIAN, "cp1251"), ("수요가 늘고 가격이 올랐다 " * 3, "euc-kr")],
)
def test_the_mend_names_the_encoding_that_a_text_is_in(tmp_path: Path, text: str, encoding: str) -> None:
    path = _write(tmp_path / "d.csv", f'text,label\n"{text}",a\n'.encode(encoding))
    with pytest.raises(BadInput) as caught:
        read_rows(path)
    assert caught.value.mend is not None
    assert f"--encoding {encoding}" in caught.value.mend.text()
    read = read_rows(path, encoding=encoding)
    assert read.frame["text"].tolist() == [text]
    assert read.notes == ()


@pytest.mark.parametrize("text", [TRADITIONAL, RUSSIAN])
@pytest.mark.parametrize("asked", ["latin-1", "ISO-8859-1"])
def test_a_text_that_comes_out_garbled_is_told(tmp_path: Path, text: str, asked: str) -> None:
    encoding = "cp1251" if text == RUSSIAN else "big5"
    path = _write(tmp_path / "d.csv", f'text,label\n"{text}",a\n'.encode(encoding))
    (note,) = read_rows(path, encoding=asked).notes
    assert encoding in note.text()


def test_capitals_of_another_script_read_as_latin_are_told(tmp_path: Path) -> None:
    """Greek, which no test knows by its letters: what comes out is still no Latin text."""
    path = _write(tmp_path / "d.csv", "text,label\nΗ ζήτηση αυξήθηκε,a\n".encode("cp1253"))
    assert [note.key for note in read_rows(path, encoding="cp1252").notes] == ["text_corpus.looks_garbled"]
    west = _write(tmp_path / "w.csv", "text,label\nÉté à Genève – déjà vu,a\n".encode("cp1252"))
    assert read_rows(west, encoding="cp1252").notes == ()


def test_stray_quotes_of_a_tsv_are_characters(tmp_path: Path) -> None:
    path = _write(tmp_path / "d.tsv", 'label\ttext\n0\t"Hello\n1\tbye"\n0\t"whole ""cell"""\n')
    assert read_rows(path).frame["text"].tolist() == ['"Hello', 'bye"', 'whole "cell"']


def test_a_tsv_without_header_keeps_its_first_row(tmp_path: Path) -> None:
    path = _write(tmp_path / "d.tsv", "ham\tsee you\nspam\twin now\nham\tok then\nham\tlater\n")
    rows = read_rows(path)
    assert len(rows.frame) == 4
    assert list(rows.frame.columns) == ["column_1", "column_2"]
    assert rows.notes


@pytest.mark.parametrize(
    ("name", "text", "match"),
    [
        ("e.csv", "", "empty"),
        ("e.csv", "\n \n", "empty"),
        ("e.csv", "text,label\n", "no rows"),
        ("e.csv", "text,label\na,b\nc,d,e\nf,g\n", "line 3"),
        ("e.csv", 'text,label\n"a,b\n', "quotation"),
        ("e.csv", "text,text\na,b\n", "one name"),
        ("e.jsonl", '{"text": "a"}\n{"text": \n', "Line 2"),
        ("e.jsonl", '{"text": "a"}\n3\n', "element 2"),
        ("e.json", "[]", "no rows"),
        ("e.json", "[" * 100_000, "not JSON"),
        ("e.conll", "Acme B-ORG\nfell O\n\nstray\n", "Line 4"),
        ("e.csv", b"text,label\na\0b,c\n", "NUL"),
        ("e.parquet", b"PAR1 no", "Parquet"),
        ("e.xlsx", b"PK\x03\x04 no", "e.xlsx"),
        ("e.csv.gz", b"no gzip", "gzip"),
        ("e.pkl", b"\x80\x04.", "not read"),
    ],
)
def test_what_cannot_be_read_is_refused(tmp_path: Path, name: str, text: str | bytes, match: str) -> None:
    with pytest.raises(BadInput, match=match) as caught:
        read_rows(_write(tmp_path / name, text))
    assert caught.value.text("zh")


def test_a_bomb_is_not_unpacked() -> None:
    data = gzip.compress(b"\0" * 200_000_000)
    with pytest.raises(UnsafeInput, match="swells"):
        unpacked(data, "d.csv.gz")


def test_a_cut_gzip_is_refused() -> None:
    data = gzip.compress(b"text,label\n" + bytes(range(32, 127)) * 500)
    with pytest.raises(BadInput):
        unpacked(data[:-20], "d.csv.gz")


@given(
    st.binary(max_size=300),
    st.sampled_from(["d.csv", "d.tsv", "d.jsonl", "d.json", "d.conll", "d.txt", "d.parquet", "d.xlsx"]),
)
def test_no_bytes_break_the_reader(tmp_path_factory: pytest.TempPathFactory, data: bytes, name: str) -> None:
    path = tmp_path_factory.getbasetemp() / name
    path.write_bytes(data)
    try:
        assert len(read_rows(path).frame)
    except LongwaveError as error:
        assert error.text("zh")


def test_json_of_many_shapes(tmp_path: Path) -> None:
    shapes = {
        "list": [{"text": "a", "label": 1}, {"text": "b", "label": 0}],
        "wrapped": {"version": "1", "data": [{"text": "a", "label": 1}, {"text": "b", "label": 0}]},
        "columns": {"text": ["a", "b"], "label": [1, 0]},
        "server": {"rows": [{"row": {"text": "a", "label": 1}}, {"row": {"text": "b", "label": 0}}]},
        "keyed": {"x": {"text": "a", "label": 1}, "y": {"text": "b", "label": 0}},
    }
    for name, value in shapes.items():
        frame = read_rows(_write(tmp_path / f"{name}.json", json.dumps(value, indent=1))).frame
        assert frame["text"].tolist() == ["a", "b"], name
        assert frame["label"].tolist() == [1, 0], name


def test_json_lists_by_split(tmp_path: Path) -> None:
    value = {"train": [["a", "x"], ["b", "y"]], "val": [["c", "x"]], "test": [["d", "y"]]}
    frame = read_rows(_write(tmp_path / "d.json", json.dumps(value))).frame
    assert frame["split"].tolist() == ["train", "train", "dev", "test"]
    assert frame["column_1"].tolist() == ["a", "b", "c", "d"]


def test_squad(tmp_path: Path) -> None:
    asked = {"id": "q1", "question": "Who?", "answers": [{"text": "Acme", "answer_start": 0}]}
    value = {"data": [{"title": "T", "paragraphs": [{"context": "Acme won.", "qas": [asked]}]}]}
    row = read_rows(_write(tmp_path / "d.json", json.dumps(value))).frame.iloc[0]
    assert row["question"] == "Who?"
    assert row["source"] == "T"


def test_questions_under_the_keys_of_cmrc(tmp_path: Path) -> None:
    asked = {"query_id": "q1", "query_text": "谁当选？", "answers": ["王明"]}
    value = [{"context_id": "c1", "context_text": "王明当选为主席。", "title": "选举", "qas": [asked]}]
    table = text_table(read_rows(_write(tmp_path / "d.json", json.dumps(value))), "answers")
    row = table.rows()[0]
    assert (row["question"], row["context"], row["id"]) == ("谁当选？", "王明当选为主席。", "q1")
    assert "王明" in str(row["answers"])


def test_conll_of_three_columns_with_documents_and_comments(tmp_path: Path) -> None:
    text = "-DOCSTART- -X- O\n\n# id s1\nAcme NNP I-ORG\nfell VBD O\n\n-DOCSTART- -X- O\n\n# id s2\n# # O\nParis NNP I-LOC\n"
    frame = read_rows(_write(tmp_path / "eng.iob", text)).frame
    assert frame["tokens"].tolist() == [["Acme", "fell"], ["#", "Paris"]]
    assert frame["id"].tolist() == ["s1", "s2"]
    assert frame["source"].nunique() == 2
    assert list(frame.index) == [4, 10]


def test_parquet_lists_and_label_names(tmp_path: Path) -> None:
    about = {"info": {"features": {"label": {"names": ["neg", "pos"], "_type": "ClassLabel"}}}}
    table = pa.table({"tokens": [["a", "b"], ["c"]], "label": [1, 0]})
    pq.write_table(table.replace_schema_metadata({"huggingface": json.dumps(about)}), tmp_path / "d.parquet")
    rows = read_rows(tmp_path / "d.parquet")
    assert rows.frame["label"].tolist() == ["pos", "neg"]
    assert rows.frame["tokens"].tolist() == [["a", "b"], ["c"]]


def _book(path: Path, rows: list[list[object]]) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def test_a_title_above_the_header_of_a_sheet_is_passed_over_and_said(tmp_path: Path) -> None:
    rows: list[list[object]] = [["Survey 2024"], [], ["answer", "mood"], ["good", "up"], ["bad", "down"]]
    read = read_rows(_book(tmp_path / "d.xlsx", rows))
    assert list(read.frame.columns) == ["answer", "mood"]
    assert list(read.frame.index) == [4, 5]
    assert "row 3" in read.notes[0].text()
    assert "Survey 2024" in read.notes[0].text()


@pytest.mark.parametrize(
    "rows", [[["text"], ["a", "x"], ["b"]], [["remark"], ["a", "x"], ["b", "y"]], [["remark"], ["a"], ["b"]]]
)
def test_a_first_row_of_one_cell_that_may_be_the_header_is_it(
    tmp_path: Path, rows: list[list[object]]
) -> None:
    read = read_rows(_book(tmp_path / "d.xlsx", rows))
    assert list(read.frame.columns) == rows[0]
    assert read.notes == ()


@pytest.mark.parametrize("ending", ["xlsx", "parquet"])
@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_a_table_under_the_name_of_a_workbook_is_known_as_text(
    tmp_path: Path, ending: str, encoding: str
) -> None:
    path = _write(tmp_path / f"d.{ending}", "text,label\ncafé,up\n".encode(encoding))
    with pytest.raises(BadInput, match="plain text under another name") as caught:
        read_rows(path)
    assert caught.value.mend is not None
    assert ".csv" in caught.value.mend.text()


def test_a_workbook_of_parts(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for number, title in enumerate(("train", "test")):
        page = book.active if number == 0 else book.create_sheet(title)
        page.title = title
        page.append(["文本", "标签"])
        page.append([f"句子{number}", 1])
    book.save(tmp_path / "d.xlsx")
    frame = read_rows(tmp_path / "d.xlsx").frame
    assert frame["split"].tolist() == ["train", "test"]
    assert read_rows(tmp_path / "d.xlsx", sheet="test").frame["文本"].tolist() == ["句子1"]
    with pytest.raises(UsageError):
        read_rows(tmp_path / "d.xlsx", sheet="dev")


def _folder(tmp_path: Path, *names: str) -> Path:
    for name in names:
        _write(tmp_path / name, f"text,label\n{name},a\nb,c\n")
    return tmp_path


def test_a_folder_of_parts(tmp_path: Path) -> None:
    folder = _folder(tmp_path, "train10k.csv", "val.csv", "test_2016.csv", "notes.csv")
    rows = read_rows(folder)
    assert rows.frame["split"].tolist() == ["train", "train", "dev", "dev", "test", "test"]
    assert rows.frame.index[0] == "train10k.csv:2"
    assert any("notes.csv" in note.text("zh") for note in rows.notes)
    assert len(rows.sha256) == 64


def test_two_train_files_want_a_choice(tmp_path: Path) -> None:
    folder = _folder(tmp_path, "train_1.csv", "train_2.csv", "test.csv")
    with pytest.raises(BadInput, match=r"train_1\.csv, train_2\.csv"):
        read_rows(folder)
    rows = read_rows(folder, files=["train_2", "test.csv"])
    assert rows.frame["split"].tolist() == ["train", "train", "test", "test"]
    with pytest.raises(UsageError, match="Nearest"):
        read_rows(folder, files=["train_3"])


def test_a_folder_whose_files_name_no_part_wants_a_choice(tmp_path: Path) -> None:
    folder = _folder(tmp_path, "a.csv", "b.csv")
    with pytest.raises(BadInput, match="several files"):
        read_rows(folder)
    assert "split" not in read_rows(folder, files=["b"]).frame


def test_a_folder_of_conll_2003_names(tmp_path: Path) -> None:
    for name in ("eng.train", "eng.testa", "eng.testb"):
        _write(tmp_path / name, "Acme NNP I-NP I-ORG\nfell VBD I-VP O\n")
    assert read_rows(tmp_path).frame["split"].tolist() == ["train", "dev", "test"]


def test_a_frame_is_read_as_it_stands() -> None:
    frame = pd.DataFrame({"text": ["a", "b"], "label": [1.0, None]})
    first, again = read_rows(frame), read_rows(frame.copy())
    assert first.sha256 == again.sha256
    with pytest.raises(BadInput):
        read_rows(frame.iloc[:0])


def test_what_others_rely_on_of_csv_is_left_as_it_was(tmp_path):
    import csv

    before = csv.field_size_limit()
    path = tmp_path / "long.csv"
    path.write_text("text,label\n" + "x" * 200_000 + ",a\n", "utf-8")
    assert len(read_rows(path).frame["text"].iloc[0]) == 200_000
    assert csv.field_size_limit() == before


@pytest.mark.parametrize(
    ("name", "said"), [("e.csv", "header line"), ("e.jsonl", "one object"), ("e.conll", "a token a line")]
)
def test_an_empty_file_is_told_what_its_kind_holds(tmp_path: Path, name: str, said: str) -> None:
    for data in (b"", b"\n \n"):
        with pytest.raises(BadInput, match="is empty") as caught:
            read_rows(_write(tmp_path / name, data))
        assert caught.value.mend is not None
        assert said in caught.value.mend.text()
        assert "figures" not in caught.value.mend.text()


def test_an_encoding_can_be_named_where_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        read_rows(_write(tmp_path / "d.csv", "text,label\ncafé price £5,a\n".encode("latin-1")))
    assert caught.value.mend is not None
    assert "--encoding cp1252" in caught.value.mend.text()


def test_a_conll_file_that_lost_its_empty_lines_is_known_by_it(tmp_path: Path) -> None:
    path = _write(tmp_path / "n.conll", ("Ann B-PER\ncame O\n" * 40).encode())
    with pytest.raises(BadInput, match="no empty lines: all of its 80 tokens"):
        read_rows(path)
    _write(path, ("Ann B-PER\ncame O\n" * 20).encode())
    assert len(read_rows(path).frame) == 1


def test_conll_u_counts_its_tokens_and_keeps_the_tags_among_keys(tmp_path: Path) -> None:
    lines = [
        "# text = Im Bau",
        "1-2\tIm\t_\t_",
        "1\tin\tADP\tSpaceAfter=No",
        "2\tBerlin\tPROPN\tNER=B-LOC",
        "2.1\twar\tAUX\t_",
        "",
        "1\t7\tNUM\tNER=O",
        "2\tTage\tNOUN\tNER=O",
    ]
    rows = read_rows(_write(tmp_path / "d.conll", "\n".join(lines) + "\n"))
    assert rows.frame["tokens"].tolist() == [["in", "Berlin"], ["7", "Tage"]]
    assert rows.frame["tags"].tolist() == [["O", "B-LOC"], ["O", "O"]]
    assert [note.key for note in rows.notes] == ["text_corpus.counted_tokens"]


def test_numbers_as_tokens_are_tokens(tmp_path: Path) -> None:
    rows = read_rows(_write(tmp_path / "d.conll", "1 CD O\nAcme NNP B-ORG\n\n2 CD O\n"))
    assert rows.frame["tokens"].tolist() == [["1", "Acme"], ["2"]]
    assert rows.notes == ()


def test_tags_before_their_tokens_are_refused(tmp_path: Path) -> None:
    path = _write(tmp_path / "d.conll", "B-PER Ann\nO came\n\nB-PER Bob\nO 0\n")
    with pytest.raises(BadInput, match="look swapped"):
        read_rows(path)
    _write(path, "O B-PER\nO O\n")  # a man called O
    assert read_rows(path).frame["tokens"].tolist() == [["O", "O"]]


def test_a_bad_tag_of_a_conll_file_is_named_by_its_line(tmp_path: Path) -> None:
    path = _write(tmp_path / "t.conll", b"Ann B-PER\ncame O\n\nBob B-PER\nsaw O\nRome X-LOC\n")
    with pytest.raises(BadInput, match="Line 6 has the tag X-LOC"):
        text_table(read_rows(path), "entities")
    (tmp_path / "parts").mkdir()
    path.rename(tmp_path / "parts" / "train.conll")
    _write(tmp_path / "parts" / "test.conll", b"Ann B-PER\n\nBob B-PER\n")
    with pytest.raises(BadInput, match=r"Line train\.conll:6 has the tag X-LOC"):
        text_table(read_rows(tmp_path / "parts"), "entities")


@pytest.mark.parametrize("tags", [("b-per", "o"), ("PER-B", "O")])
def test_a_text_of_tokens_and_tags_spelled_otherwise_is_known_for_what_it_is(
    tmp_path: Path, tags: tuple[str, str]
) -> None:
    text = f"Ann {tags[0]}\ncame {tags[1]}\n\nBo {tags[0]}\nleft {tags[1]}\n"
    assert read_rows(_write(tmp_path / "d.txt", text.encode())).frame["tokens"].tolist() == [
        ["Ann", "came"],
        ["Bo", "left"],
    ]
    graded = "text\tlabel\ngood stuff\tgrade-b\nbad stuff\tgrade-e\nfine stuff\tgrade-b\n" * 3
    assert "tokens" not in read_rows(_write(tmp_path / "d.tsv", graded.encode())).frame


def test_a_tsv_of_tokens_and_tags_without_a_header_is_read_by_sentence(tmp_path: Path) -> None:
    text = "Ann\tB-PER\ncame\tO\nhome\tO\n\nBo\tB-PER\nleft\tO\n\n"
    frame = read_rows(_write(tmp_path / "d.tsv", text)).frame
    assert frame["tokens"].tolist() == [["Ann", "came", "home"], ["Bo", "left"]]


def test_pieces_of_one_file_are_read_together(tmp_path: Path) -> None:
    for place, label in enumerate("abc"):
        frame = pd.DataFrame({"text": [f"text {label}"], "label": [label]})
        frame.to_parquet(tmp_path / f"train-{place:05d}-of-00003.parquet")
    pd.DataFrame({"text": ["x"], "label": ["a"]}).to_parquet(tmp_path / "test-00000-of-00001.parquet")
    rows = read_rows(tmp_path)
    assert rows.frame["text"].tolist() == ["text a", "text b", "text c", "x"]
    assert rows.frame["split"].tolist() == ["train"] * 3 + ["test"]
    (tmp_path / "train-00001-of-00003.parquet").unlink()
    with pytest.raises(BadInput, match=r"train-00001-of-00003\.parquet is missing"):
        read_rows(tmp_path)
    assert len(read_rows(tmp_path, files=("train-00000-of-00003",)).frame) == 1


@pytest.mark.parametrize("encoding", ["ascii", "big5", "no-such"])
def test_a_wrong_encoding_of_a_good_file_is_left_out(tmp_path: Path, encoding: str) -> None:
    path = _write(tmp_path / "d.csv", "text,label\n央行下调利率，市场平稳,中性\n利润增长,正面\n")
    with pytest.raises(BadInput, match="This file is UTF-8: leave --encoding out"):
        read_rows(path, encoding=encoding)


@pytest.mark.parametrize("encoding", ["latin-1", "koi8-r"])
def test_a_good_file_read_otherwise_is_told(tmp_path: Path, encoding: str) -> None:
    path = _write(tmp_path / "d.csv", "text,label\n央行下调利率,中性\n利润增长,正面\n")
    assert "--encoding utf-8" in " ".join(
        note.text("en") for note in read_rows(path, encoding=encoding).notes
    )


def test_the_name_of_an_encoding_is_shown_as_it_was_typed(tmp_path: Path) -> None:
    path = _write(tmp_path / "d.csv", "text,label\nup,a\ndown,b\n")
    with pytest.raises(BadInput, match="'国标'"):
        read_rows(path, encoding="国标")


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_chinese_conll_file_in_gb_18030_is_not_two_encodings(tmp_path: Path, end: str) -> None:
    """One character a line: some of them (here 驻) are UTF-8 by chance."""
    sentence = [
        *zip("张伟加入中信证券常驻上海", ["B-PER", "I-PER"] + ["O"] * 8 + ["B-LOC", "I-LOC"], strict=True)
    ]
    text = (end.join(f"{token} {tag}" for token, tag in sentence) + end * 2) * 3
    assert b"\xd7\xa4" in text.encode("gbk")
    frame = read_rows(_write(tmp_path / "zh.conll", text.encode("gbk"))).frame
    assert frame["tokens"].tolist() == [[token for token, _ in sentence]] * 3


def test_utf_8_pasted_into_gb_18030_is_still_refused(tmp_path: Path) -> None:
    rows = ["text,label", *["股价上涨，利润增加,好"] * 40]
    data = "\n".join(rows).encode("gbk") + "\n数据平稳,平\n利润下降,坏\n营收不变,平\n".encode()
    with pytest.raises(BadInput, match="two encodings"):
        read_rows(_write(tmp_path / "d.csv", data))


def test_a_folder_of_folders_is_told_as_one(tmp_path: Path) -> None:
    (tmp_path / "train" / "pos").mkdir(parents=True)
    with pytest.raises(BadInput, match=r"it holds: train/") as caught:
        read_rows(tmp_path)
    assert "not looked into" in str(caught.value.mend)
