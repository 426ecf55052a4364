"""Rows become the table of a task: columns found, texts cleaned, labels in order, and what is wrong is said."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.core.errors import BadInput, DataError, NotEnoughData, UsageError
from longwave.text.corpus.columns import assign
from longwave.text.corpus.dates import iso_dates
from longwave.text.corpus.read import read_rows
from longwave.text.corpus.roles import EVERYWHERE, ROLES
from longwave.text.corpus.table import text_table
from longwave.text.corpus.tags import to_bio
from longwave.text.portable.clean import clean
from longwave.text.portable.tokenise import tokenised
from longwave.text.table import TextTable


def made(task: str, data: dict[str, list[Any]], **options: Any) -> TextTable:
    frame = pd.DataFrame({name: pd.Series(cells, dtype=object) for name, cells in data.items()})
    return text_table(read_rows(frame), task, **options)


def said(table: TextTable) -> str:
    return " ".join(note.text("en") + note.text("zh") for note in table.notes)


def test_names_in_chinese_and_whole_numbers_as_labels() -> None:
    table = made(
        "classify",
        {"文本": ["好", "坏", "平"], "标签": [10.0, 2.0, "1"], "日期": ["2020年1月2日", "2020-03", "2021"]},
    )
    assert table.labels == ("1", "2", "10")
    assert table.frame["date"].tolist() == ["2020-01-02", "2020-03", "2021"]


def test_given_columns_win_and_wrong_ones_name_the_nearest() -> None:
    columns = {"text": ["a", "b"], "label": [1, 0], "stance": ["x", "y"]}
    assert made("classify", columns, columns={"label": "stance"}).labels == ("x", "y")
    with pytest.raises(UsageError, match="Nearest: stance"):
        made("classify", columns, columns={"label": "stanse"})
    with pytest.raises(UsageError, match="nothing that this task reads"):
        made("classify", columns, columns={"lable": "stance"})
    with pytest.raises(DataError, match="The columns are: foo, label"):
        made("classify", {"foo": ["a"], "label": [1]})
    assert "stance" in said(made("classify", columns))


def test_fields_within_objects_are_read_by_their_path() -> None:
    columns = {
        "data": [{"body": "a", "meta": {"lang": "de"}}, {"body": "b"}],
        "mark": [{"is": "x"}, {"is": "y"}],
    }
    table = made(
        "classify", columns, columns={"text": "data.body", "label": "mark.is"}, also=("data.meta.lang",)
    )
    assert table.frame["text"].tolist() == ["a", "b"]
    assert table.labels == ("x", "y")
    assert table.frame["data.meta.lang"].tolist() == ["de", ""]
    with pytest.raises(DataError, match=r"The columns are: data\.body, data\.meta\.lang, mark\.is"):
        made("classify", columns)
    with pytest.raises(UsageError, match=r"no column data\.bdy .* Nearest: data\.body"):
        made("classify", columns, columns={"text": "data.bdy", "label": "mark.is"})
    with pytest.raises(UsageError, match=r"no column mark\.is\.not"):
        made("classify", columns, columns={"text": "data.body", "label": "mark.is.not"})


def test_a_column_with_a_dot_in_its_name_is_that_column() -> None:
    columns = {"data.body": ["a", "b"], "data": [{"body": "c"}, {"body": "d"}], "label": [0, 1]}
    assert made("classify", columns, columns={"text": "data.body"}).frame["text"].tolist() == ["a", "b"]


def test_labels_that_are_other_labels_joined_are_told_with_their_mark() -> None:
    texts = [f"t{number}" for number in range(8)]
    joined = made("classify", {"text": texts, "label": ["a", "b", "c", "a;b", "c;a", "b", "a", "c"]})
    assert '--several ";"' in said(joined)
    for labels in (
        ["a", "b", "c;d", "e;f", "a", "b", "a", "b"],
        ["in/out", "in", "out", "in", "a", "b", "a", "b"],
    ):
        assert "--several" not in said(made("classify", {"text": texts, "label": labels}))
    given = {"text": texts, "label": ["a", "b", "c", "a;b", "c;a", "b", "a", "c"]}
    assert "--several" not in said(made("classify", given, several=";"))


def test_a_task_that_is_none_and_a_column_that_is_none_name_what_there_is_once() -> None:
    with pytest.raises(UsageError) as caught:
        made("sentiment", {"text": ["a", "b"], "label": [0, 1]})
    assert str(caught.value).count("entities") == 1
    with pytest.raises(UsageError, match="Nearest: classify"):
        made("clasify", {"text": ["a", "b"], "label": [0, 1]})
    with pytest.raises(UsageError, match="The columns are: text, label") as caught:
        made("classify", {"text": ["a", "b"], "label": [0, 1]}, also=("zzz",))
    assert "Nearest" not in str(caught.value)


def test_empty_texts_and_labels_are_left_out_and_counted() -> None:
    table = made(
        "classify",
        {"text": ["a", None, " ", "d", float("nan"), "f"], "label": ["x", "x", "y", None, "x", "y"]},
    )
    assert table.frame["text"].tolist() == ["a", "f"]
    assert "Rows without a text, left out: 3 of 6." in said(table)
    assert "left out: 1 of 6." in said(table)


def test_marks_of_nothing_are_missing_and_words_like_them_are_not() -> None:
    texts = ["up", "NaN", "nan", "NULL", "None", "NA", "down", "#N/A", "<NA>", "nan costs", "up"]
    labels = ["a", "a", "b", "a", "b", "a", "b", "a", "b", "nan", "N/A"]
    table = made("classify", {"text": texts, "label": labels})
    assert table.frame["text"].tolist() == ["up", "None", "NA", "down"]
    assert table.labels == ("a", "b")
    assert "Cells of text that say only #N/A, <NA>, NULL, NaN, nan, read as missing: 5." in said(table)
    assert "Cells of label that say only N/A, nan, read as missing: 2." in said(table)
    assert "Rows without a text, left out: 5 of 11." in said(table)
    scale = made(
        "classify", {"text": texts[:1] * 3, "label": ["low", "N/A", "high"]}, ordered=("low", "N/A", "high")
    )
    assert scale.frame["label"].tolist() == ["low", "N/A", "high"]  # a step of the user's own scale


def test_every_row_that_is_asked_about_keeps_its_place_and_its_id() -> None:
    table = made(
        "classify", {"id": ["a", "a", "", "d"], "text": ["x", None, "nan", "y"]}, for_prediction=True
    )
    assert table.asked == (("a", True), ("a", False), ("", False), ("d", True))
    assert table.frame["text"].tolist() == ["x", "y"]
    assert "whose answer is left empty: 2 of 4" in said(table)
    assert "left out" not in said(table)


def test_labels_none_of_which_the_model_knows_are_refused() -> None:
    data = {"text": ["a", "b"], "label": ["bullish", "bearish"]}
    with pytest.raises(BadInput, match="Its own are: ham, spam") as caught:
        made("classify", data, known=("ham", "spam"))
    assert caught.value.mend is not None
    assert "--column label=" in caught.value.mend.text()
    assert made("classify", data, known=("bullish", "spam")).labels == ("bullish", "spam", "bearish")


def test_questions_bring_their_documents() -> None:
    table = made(
        "answers",
        {"question": ["Who?", "Where?"], "documents": [["Ann came.", " "], '["In Rome.", "So"]']},
        for_prediction=True,
    )
    assert table.frame["documents"].tolist() == [("Ann came.",), ("In Rome.", "So")]
    with pytest.raises(DataError, match="context"):
        made("answers", {"question": ["Who?"]}, for_prediction=True)


@pytest.mark.parametrize(
    ("labels", "error", "match"),
    [
        (["x"] * 60, NotEnoughData, "One class|one class"),
        ([None] * 60, NotEnoughData, "no labels|None of"),
        ([str(n / 7) for n in range(60)], DataError, "60 different labels"),
    ],
)
def test_labels_that_cannot_be_learnt(labels: list[Any], error: type[Exception], match: str) -> None:
    with pytest.raises(error, match=match):
        made("classify", {"text": [f"t{n}" for n in range(60)], "label": labels})


@pytest.mark.parametrize("task", ["intent", "relations", "entities", "answers", "translate"])
def test_a_scale_or_a_mark_between_labels_is_refused_where_it_means_nothing(task: str) -> None:
    columns = {"text": ["one text", "another"], "label": ["low", "high"]}
    with pytest.raises(UsageError, match="no order"):
        made(task, columns, ordered=["low", "high"])
    with pytest.raises(UsageError, match="one answer"):
        made(task, columns, several=";")


def test_several_intents_of_a_row_are_refused() -> None:
    with pytest.raises(BadInput, match="several labels"):
        made("intent", {"text": ["one text", "another"], "labels": [["pay", "ask"], ["ask"]]})


def test_order_and_known_labels() -> None:
    columns = {"text": ["a", "b", "c"], "label": ["low", "high", "middle"]}
    table = made("classify", columns, ordered=["low", "middle", "high"])
    assert table.ordered
    assert table.labels == ("low", "middle", "high")
    with pytest.raises(UsageError, match="middle"):
        made("classify", columns, ordered=["low", "high"])
    one = made("classify", {"text": ["a"], "label": ["low"]}, known=["high", "low"])
    assert one.labels == ("high", "low")
    assert made("classify", {"text": ["a"]}, for_prediction=True).frame.columns.tolist() == ["id", "text"]


@pytest.mark.parametrize(
    ("cells", "several"),
    [
        ([["b", "a"], [], ["a"]], None),
        (["b|a", "", "a"], "|"),
        (['["b", "a"]', "[]", "['a']"], None),
        (["['b' 'a']", "[]", '["a"]'], None),
    ],
)
def test_several_labels(cells: list[Any], several: str | None) -> None:
    table = made("classify", {"text": ["x", "y", "z"], "labels": cells}, several=several)
    assert table.several
    assert table.frame["labels"].tolist() == [("b", "a"), (), ("a",)]


def test_columns_of_flags_are_several_labels() -> None:
    columns = {"text": ["x", "y", "z"], "toxic": [1, 0, 1], "insult": [1, 0, 0]}
    table = made("classify", columns, columns={"label": "toxic+insult"})
    assert table.frame["labels"].tolist() == [("toxic", "insult"), (), ("toxic",)]
    with pytest.raises(BadInput, match="0 and 1"):
        made("classify", {**columns, "insult": [1, 0, 5]}, columns={"label": "toxic+insult"})


def test_title_is_read_with_its_text_and_ids_are_made_unique() -> None:
    table = made(
        "classify",
        {"title": ["T", None, "U"], "text": ["a", "b", "c"], "label": [0, 1, 1], "id": ["k", "k", "k-2"]},
    )
    assert table.frame["text"].tolist() == ["T\na", "b", "U\nc"]
    assert table.frame["id"].is_unique
    assert "repeat an id" in said(table)


def test_unlabelled_test_of_minus_ones_is_left_out() -> None:
    split = ["train", "train", "test", "test"]
    table = made("classify", {"text": list("abcd"), "label": [0, 1, -1, -1], "split": split})
    assert table.labels == ("0", "1")
    assert len(table) == 2
    with pytest.raises(BadInput, match="banana"):
        made("classify", {"text": list("ab"), "label": [0, 1], "split": ["train", "banana"]})


def test_hostile_text() -> None:
    table = made(
        "classify",
        {"text": ["\ufeffa\u202eb\x00\ud800", "Ａ１ 😀‍👩 e\u0301", "x" * 100_000], "label": list("aba")},
    )
    assert table.frame["text"].tolist()[:2] == ["ab", "Ａ１ 😀‍👩 é"]
    assert "full-width" in said(table)
    assert "100,000" in said(table)
    "".join(table.frame["text"]).encode("utf-8")


@given(st.text())
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    clean(text).encode("utf-8")


def test_schemes_of_tags_become_bio() -> None:
    assert to_bio(["I-A", "I-A", "B-A", "O", "I-B"], True) == ("B-A", "I-A", "B-A", "O", "B-B")
    assert to_bio(["B-A", "E-A", "S-A", "S-A", "B-B", "M-B", "E-B"], True) == (
        "B-A",
        "I-A",
        "B-A",
        "B-A",
        "B-B",
        "I-B",
        "I-B",
    )
    assert to_bio(["A", "A", "O", "B"], False) == ("B-A", "I-A", "O", "B-B")


@given(st.lists(st.sampled_from(["O", "B-A", "I-A", "B-B", "I-B", "E-A", "S-B"])))
def test_bio_is_whole_and_stays(tags: list[str]) -> None:
    bio = to_bio(tags, True)
    assert to_bio(bio, True) == bio
    assert [tag[2:] for tag in bio] == [tag[2:] for tag in tags]
    for before, tag in zip(("O", *bio), bio, strict=False):
        assert tag[0] != "I" or before[2:] == tag[2:]


def test_entities_from_tokens_and_bad_ones() -> None:
    table = made(
        "entities", {"tokens": [["Acme", "fell"], "In Paris"], "ner_tags": [["B-ORG", "O"], "['O', 'I-LOC']"]}
    )
    assert table.frame["tags"].tolist() == [("B-ORG", "O"), ("O", "B-LOC")]
    assert table.labels == ("LOC", "ORG")
    with pytest.raises(BadInput, match="2 tokens and 1 tags"):
        made("entities", {"tokens": [["a", "b"]], "tags": [["O"]]})
    with pytest.raises(BadInput, match="has the tag 3"):
        made("entities", {"tokens": [["a", "b"]], "tags": [[3, 0]]})
    with pytest.raises(NotEnoughData):
        made("entities", {"tokens": [["a", "b"]], "tags": [["O", "O"]]})


@pytest.mark.parametrize(
    "marks",
    [
        [{"start": 0, "end": 4, "label": "ORG", "tag": "x"}, {"start": 13, "end": 15, "label": "LOC"}],
        {"entities": [[0, 4, "ORG"], [13, 15, "LOC"]]},
        [[0, 4, "ORG"], [13, 15, "LOC"]],
        '[{"start_offset": 0, "end_offset": 4, "label": "ORG"}, {"start_offset": 13, "end_offset": 15, "label": "LOC"}]',
    ],
)
def test_entities_from_marked_characters(marks: Any) -> None:
    table = made("entities", {"text": ["Acme's office北京的"], "annotations": [marks]})
    row = table.frame.iloc[0]
    assert row["tokens"] == ("Acme's", "office", "北", "京", "的")
    assert row["tags"] == ("B-ORG", "O", "B-LOC", "I-LOC", "O")
    assert "within a token" in said(table)


def test_marks_outside_their_text_are_refused() -> None:
    with pytest.raises(BadInput, match="has 2 characters"):
        made("entities", {"text": ["ab"], "annotations": [[[0, 5, "X"]]]})


@given(st.text(max_size=60))
def test_tokens_cover_all_that_is_not_blank(text: str) -> None:
    places = tokenised(text)
    assert all(start < end for start, end in places)
    assert "".join(text[start:end] for start, end in places) == "".join(text.split())


def test_relations_from_markers_names_objects_and_offsets() -> None:
    label = ["r", "s"]
    marked = made(
        "relations",
        {"sentence": ["The <e1>dog</e1> bit <e2>Bo</e2>.", "<e2>A</e2> b <e1>c</e1>"], "relation": label},
    )
    for _, row in marked.frame.iterrows():
        assert "<" not in row["text"]
    assert [r["text"][r["head_start"] : r["head_end"]] for r in marked.rows()] == ["dog", "c"]
    named = made(
        "relations",
        {
            "text": ["上航将与东方航空合并", "catalog of cat and dog"],
            "head": ["上航", "cat"],
            "tail": ["东方航空", "dog"],
            "label": label,
        },
    )
    assert [r["head_start"] for r in named.rows()] == [0, 11]
    twice = made(
        "relations", {"text": ["A met A", "x of y"], "head": ["A", "x"], "tail": ["A", "y"], "label": label}
    )
    assert twice.rows()[0]["tail_start"] == 6
    objects = made(
        "relations",
        {
            "text": ["A met A", "x of y"],
            "h": [{"name": "A", "pos": [6, 7]}, {"name": "x"}],
            "t": [{"name": "A", "pos": [0, 1]}, {"name": "y"}],
            "relation": label,
        },
    )
    assert objects.rows()[0]["head_start"] == 6
    lost = made(
        "relations",
        {
            "text": ["A met B", "x of y", "p q"],
            "head": ["A", "x", "z"],
            "tail": ["B", "y", "q"],
            "label": ["r", "s", "r"],
        },
    )
    assert len(lost) == 2
    with pytest.raises(BadInput, match="row 1"):
        made("relations", {"text": ["<e1>a</e1> <e2>b</e1> <e2>"], "label": ["r"]})


@pytest.mark.parametrize(
    "answers",
    [
        {"text": ["Acme"], "answer_start": [4]},
        [{"text": "Acme", "answer_start": 4}],
        ["Acme"],
        "Acme",
        '{"text": ["Acme"], "answer_start": [4]}',
        {"text": ["Acme"], "answer_start": [7]},
    ],
)
def test_answers(answers: Any) -> None:
    table = made(
        "answers", {"question": ["Who?"], "context": ["Now Acme won e\u0301."], "answers": [answers]}
    )
    row = table.rows()[0]
    assert row["answers"] == ("Acme",)
    assert row["starts"] == (4,)


def test_answers_that_are_nowhere_or_none() -> None:
    columns = {
        "question": ["a?", "b?", "c?"],
        "context": ["e\u0301 x y"] * 3,
        "answers": [["z"], [], ["y"]],
        "starts": [[0], [], [5]],
    }
    table = made("answers", columns)
    assert table.frame["answers"].tolist() == [(), ("y",)]
    row = table.rows()[1]
    assert row["context"][row["starts"][0] :] == "y"


def test_written_texts_and_turns() -> None:
    summary = made("summarise", {"article": ["long text"], "highlights": [["one", "two"]]})
    assert summary.frame["summary"].tolist() == ["one\ntwo"]
    hugging = made("translate", {"translation": [{"en": "hi", "de": "hallo"}]})
    assert hugging.rows()[0] == {"id": "1", "text": "hi", "target": "hallo"}
    three = made("translate", {"en": ["hi"], "de": ["hallo"], "fr": ["salut"]}, columns={"target": "fr"})
    assert three.rows()[0]["target"] == "salut"
    for column, turns in {
        "messages": [
            {"role": "user", "content": "hi"},
            {"role": "assistant", "content": "yo"},
            {"role": "user", "content": "?"},
        ],
        "conversations": [{"from": "human", "value": "hi"}, {"from": "gpt", "value": "yo"}],
        "dialog": ["hi", "yo"],
    }.items():
        assert made("generate", {column: [turns]}).frame["turns"].tolist() == [
            (("user", "hi"), ("assistant", "yo"))
        ]
    pair = made("generate", {"prompt": ["hi"], "completion": ["yo"], "system": ["be kind"]})
    assert pair.frame["turns"].tolist() == [(("system", "be kind"), ("user", "hi"), ("assistant", "yo"))]
    with pytest.raises(BadInput):
        made("generate", {"messages": [[{"rolle": "user"}]]})


def test_dates_of_many_kinds() -> None:
    assert iso_dates(
        ["2020-01-31T10:00:00Z", "20200131", "31/01/2020", 1580428800, 2020.0, "Jan 31, 2020", None, "no"]
    ) == [
        *["2020-01-31"] * 4,
        "2020",
        "2020-01-31",
        "",
        "",
    ]
    assert iso_dates(["Mon Apr 06 22:19:45 PDT 2009"]) == ["2009-04-06"]


def test_an_unknown_task() -> None:
    with pytest.raises(UsageError, match="classify"):
        made("clasify", {"text": ["a"]})


def test_labels_are_called_as_a_model_calls_them() -> None:
    one = {"text": ["a", "b", "c", "d"], "label": [0, 1, 2, 1]}
    table = made("classify", one, known=("bad", "good"), renamed={"0": "bad", "1": "good", "2": ""})
    assert table.frame["label"].tolist() == ["bad", "good", "good"]
    assert "left out: 1 of 4." in said(table)
    several = {"text": ["a", "b"], "label": [["x", "y"], ["y", "z"]]}
    table = made("classify", several, known=("p", "q"), renamed={"x": "p", "y": "p", "z": ""})
    assert table.frame["labels"].tolist() == [("p",), ("p",)]
    marked = {"tokens": [["Ann", "Lee", "left", "Rome"]], "tags": [["B-PERSON", "I-PERSON", "O", "B-GPE"]]}
    table = made("entities", marked, known=("PER", "LOC"), renamed={"PERSON": "PER", "GPE": ""})
    assert table.frame["tags"].tolist() == [("B-PER", "I-PER", "O", "O")]
    with pytest.raises(UsageError, match=r"No row here has the label GEO.*There are: GPE"):
        made("entities", marked, known=("PER", "LOC"), renamed={"GEO": "LOC"})


def test_a_column_that_only_looked_like_parts_is_left_out_and_named():
    rows = {"text": ["gold rose", "oil fell", "tin fell"], "label": ["a", "b", "b"], "set": ["A", "B", "A"]}
    table = made("classify", rows)
    assert not table.has("split")
    assert "set" in said(table)
    with pytest.raises(BadInput):
        made("classify", rows, columns={"split": "set"})
    with pytest.raises(BadInput):  # some of the words name parts, so the column means them
        made("classify", {**rows, "set": ["train", "B", "test"]})


def test_dates_whose_order_nothing_tells_are_named():
    rows = {"text": ["gold rose", "oil fell"], "label": ["a", "b"], "date": ["01/02/2020", "03/04/2020"]}
    assert "01/02/2020" in said(made("classify", rows))
    assert "01/02/2020" not in said(made("classify", {**rows, "date": ["01/02/2020", "13/04/2020"]}))


def test_a_file_without_a_header_is_told_so():
    with pytest.raises(DataError) as caught:
        made("classify", {"gold rose by a great deal today": ["oil fell"], "0": ["1"]})
    assert "header" in str(caught.value.mend)


def test_tacred_rows_are_read_by_their_own_names():
    rows = {
        "token": [["Amazon", "sued", "Ikea"], ["Ann", "met", "Bob", "Roe"]], "relation": ["legal", "met"],
        "subj_start": [0, 0], "subj_end": [0, 0], "obj_start": [2, 2], "obj_end": [2, 3],
    }  # fmt: skip
    [first, second] = made("relations", rows).rows()
    assert first["text"][first["tail_start"] : first["tail_end"]] == "Ikea"
    assert second["text"][second["tail_start"] : second["tail_end"]] == "Bob Roe"


@pytest.mark.parametrize(
    ("labels", "mark", "shown"),
    [
        (["中国；公司", "中国；政策", "公司；政策", "中国；公司"], "；", "中国；公司"),
        (["利好", "利空", "利好；利空", "利好"], "；", "利好；利空"),
        (["利好", "利空", "利好;利空", "利好；利空", "利空；利好"], "；", "利好；利空"),
        (["oil,gas", "oil，gold", "gas,gold", "oil"], ",", "oil,gas"),
    ],
)
def test_joined_labels_are_told_where_none_stands_alone_or_there_is_one(
    labels: list[str], mark: str, shown: str
) -> None:
    texts = [f"t{number}" for number in range(len(labels))]
    (note,) = [
        note
        for note in made("classify", {"text": texts, "label": labels}).notes
        if note.key == "text_corpus.joined_labels"
    ]
    assert note.values["mark"] == mark
    assert shown in str(note.values["labels"])


def test_a_mark_parts_as_its_sister_of_another_keyboard_does() -> None:
    labels = ["外国；新冠", "外国;新冠", "外国", "新冠、外国"]
    table = made("classify", {"text": ["a", "b", "c", "d"], "label": labels}, several="；")
    assert table.labels == ("外国", "新冠", "新冠、外国")
    assert "仍有 1 处标签由其他标签以 、 连接而成（新冠、外国）" in said(table)
    with pytest.raises(UsageError, match="is empty"):
        made("classify", {"text": ["a", "b"], "label": ["x", "y"]}, several="")


@pytest.mark.parametrize(
    ("task", "names", "roles"),
    [
        ("classify", ("公告标题", "立场", "公告日期"), ("text", "label", "date")),
        ("classify", ("標題", "標籤", "來源"), ("text", "label", "source")),
        ("intent", ("问句", "类型"), ("text", "label")),
        ("pairs", ("句子A", "句子B", "是否相似"), ("text", "other", "label")),
        ("generate", ("问", "答"), ("prompt", "completion")),
    ],
)
def test_chinese_names_of_columns(task: str, names: tuple[str, ...], roles: tuple[str, ...]) -> None:
    frame = pd.DataFrame([[f"{name}{row}" for name in names] for row in range(2)], columns=list(names))
    found = assign(frame, [*ROLES[task], *EVERYWHERE], {}).names
    assert [found[role] for role in roles] == list(names)


def test_a_better_known_name_wins_over_a_new_one() -> None:
    columns = {"摘要": ["a", "b"], "文本": ["c", "d"], "类型": ["x", "y"], "标签": ["0", "1"]}
    table = made("classify", columns)
    assert table.frame["text"].tolist() == ["c", "d"]
    assert table.labels == ("0", "1")


def test_usual_names_stand_in_both_languages_the_readers_first() -> None:
    with pytest.raises(DataError) as caught:
        made("classify", {"foo": ["a"], "label": [1]})
    assert "usual names: text, sentence, content, review, 文本, 内容" in caught.value.message.text("en")
    assert "常用名称：文本、内容、正文、句子、text、" in caught.value.message.text("zh")


def test_dates_under_another_name_are_told_and_not_used() -> None:
    columns = {
        "text": ["a", "b"],
        "label": ["x", "y"],
        "何时": ["2024-03-05", "2024年3月6日"],
        "n": [2020, 2021],
    }
    table = made("classify", columns)
    assert not table.has("date")
    assert "--column date=何时" in said(table)
    assert "--column date" not in said(made("classify", columns, columns={"date": "何时"}))


def test_the_reason_why_no_row_is_left_is_why_they_are_left_out() -> None:
    rows = {"question": ["who?", "when?"], "context": ["Ann came.", "In May."], "answer": ["Bo", "June"]}
    with pytest.raises(NotEnoughData) as caught:
        made("answers", rows)
    assert "their answers do not stand in the context" in str(caught.value.mend)


def test_only_answers_that_were_found_are_told_as_taken_where_they_first_stand() -> None:
    rows = {"question": ["who?", "when?"], "context": ["Ann came.", "In May."], "answer": ["Ann", "June"]}
    table = made("answers", rows)
    (note,) = (each for each in table.notes if each.key == "text_corpus.first_occurrence")
    assert note.values["count"] == 1


def test_columns_without_names_are_to_be_named_by_their_places() -> None:
    with pytest.raises(DataError) as caught:
        made("classify", {"column_1": ["a"], "column_2": ["b"]})
    assert "--column text=column_1" in str(caught.value.mend)


def test_some_long_names_among_many_are_a_header() -> None:
    names = ["Filename", "Parties", "Notice Period To Terminate A Renewal", "Governing Law", "Non-Compete"]
    with pytest.raises(DataError) as caught:
        made("classify", {name: ["a"] for name in names})
    assert "no header" not in str(caught.value.mend)
    with pytest.raises(DataError) as caught:
        made("classify", {"I have seen worse films than this": ["a"], "0": ["b"]})
    assert "no header" in str(caught.value.mend)


def test_languages_are_known_by_their_names() -> None:
    table = made("translate", {"english": ["late"], "arabic": ["متأخر"]})
    assert table.frame["target"].tolist() == ["متأخر"]
