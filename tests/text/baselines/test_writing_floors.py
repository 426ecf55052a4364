"""The floors of tasks that answer or write: what they say on rows whose answer is known, kept and restored alike."""

from pathlib import Path

import pytest
from tests.text.baselines.made import news, table

pytest.importorskip("safetensors")

from longwave.core.errors import BadInput, NotEnoughData
from longwave.core.message import LANGUAGES
from longwave.text.baselines.baseline import BASELINES, called, for_task, load
from longwave.text.baselines.kept import Kept
from longwave.text.score.judge import judge
from longwave.text.table import TextTable

HOSTILE = (
    "",
    " \n\t",
    "🙂",
    "...",
    "。！？",
    "Mr. A. B.",
    "价格上涨了。产出也增长了！",
    "\ud800",
    "x" * 20_000,
    "a\x1cb\u2028c",
)
CONTEXT = "Anna lives in Oslo. The company was founded in 1901 by Jim Lee. It sells paper."
HAN = "公司成立于一九〇一年。总部设在上海浦东新区。产品主要是纸张。"


def fitted(name: str, train: TextTable, dev: TextTable | None = None):
    return BASELINES.get(name)().fit(train, dev, seed=0)


def asked(*rows: tuple[str, str, str]) -> TextTable:
    """Questions, contexts and answers; an empty answer: there is none."""
    return table(
        "answers",
        [
            {
                "question": question,
                "context": context,
                "answers": (answer,) if answer else (),
                "starts": (context.index(answer),) if answer else (),
            }
            for question, context, answer in rows
        ],
    )


def summarised(*rows: tuple[str, str]) -> TextTable:
    return table("summarise", [{"text": text, "summary": summary} for text, summary in rows])


def translated(*rows: tuple[str, str]) -> TextTable:
    return table("translate", [{"text": text, "target": target} for text, target in rows])


def talked(*rows: tuple[str, str]) -> TextTable:
    return table("generate", [{"turns": (("user", said), ("assistant", reply))} for said, reply in rows])


QUESTIONS = asked(
    ("Where does Anna live?", CONTEXT, "Oslo"),
    ("When was the company founded?", CONTEXT, "1901"),
    ("总部设在哪里？", HAN, "上海浦东新区"),
)
TALKS = talked(
    ("where is my parcel", "It is on its way."),
    ("i forgot my password", "Set a new one."),
    ("the parcel is broken", "We are sorry."),
    ("hello there", "We are sorry."),
    ("怎么修改密码", "请点击设置。"),
)
TRAINS = {
    "copied": translated(("a red dog", "un chien rouge"), ("红狗", "red dog")),
    "lead": summarised(("One is here. Two is there. Three is lost.", "Four words make this.")),
    "commonest_reply": TALKS,
    "nearest_reply": TALKS,
    "nearest_sentence": QUESTIONS,
}


@pytest.mark.parametrize(
    ("task", "names"),
    [
        ("translate", ("copied",)),
        ("summarise", ("lead",)),
        ("generate", ("commonest_reply", "nearest_reply")),
        ("answers", ("nearest_sentence",)),
    ],
)
def test_every_task_that_answers_or_writes_has_a_floor(task, names):
    train = TRAINS[names[0]]
    assert for_task(task, train) == names
    for name in names:
        told = fitted(name, train).predict(train)
        assert judge(task, train, told).score >= 0


def test_without_a_context_there_is_no_sentence_to_take():
    bare = table("answers", [{"question": "Who?", "answers": (), "starts": ()}])
    assert for_task("answers", bare) == ()


@pytest.mark.parametrize("name", TRAINS)
def test_kept_and_restored_it_answers_alike(name, tmp_path: Path):
    train = TRAINS[name]
    made = fitted(name, train)
    made.save(tmp_path)
    again = load(tmp_path)
    assert again.predict(train) == made.predict(train)
    assert again.settings == made.settings
    assert fitted(name, train).predict(train) == made.predict(train)
    assert made.predict(train.take([])) == []
    assert made.explain({"text": "x"}) == []


@pytest.mark.parametrize("name", TRAINS)
def test_hostile_rows_are_answered_and_learnt_from(name, tmp_path: Path):
    make = {"copied": translated, "lead": summarised}.get(name, talked)
    rows = (
        asked(*((text, other, "") for text in HOSTILE for other in HOSTILE))
        if name == "nearest_sentence"
        else make(*((text, text) for text in HOSTILE))
    )
    key = "answer" if name == "nearest_sentence" else "text"
    for train in (TRAINS[name], rows, rows.take([0])):
        made = fitted(name, train)
        told = made.predict(rows)
        assert [type(each[key]) for each in told] == [str] * len(rows)
        made.save(tmp_path)
        assert load(tmp_path).predict(rows) == told


@pytest.mark.parametrize("name", TRAINS)
def test_no_row_is_nothing_to_learn_from(name):
    with pytest.raises(NotEnoughData) as caught:
        fitted(name, TRAINS[name].take([]))
    assert name not in caught.value.message.text("zh")


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("nearest_sentence", Kept({"bar": None}, {"terms": ["a"]})),
        ("nearest_reply", Kept({"usual": "", "repliers": []}, {}, {"weights": pytest.importorskip("numpy").zeros(0)})),
    ],
)  # fmt: skip
def test_parts_that_do_not_fit_are_refused(name, kept):
    with pytest.raises(BadInput):
        BASELINES.get(name).restore(kept)


def test_a_copy_is_the_source_as_it_stands():
    assert [each["text"] for each in fitted("copied", TRAINS["copied"]).predict(TRAINS["copied"])] == [
        "a red dog",
        "红狗",
    ]


def test_the_lead_is_as_long_as_summaries_are():
    parts = ["One two three.", "Four five six.", "Seven eight nine.", "Ten."]
    for words, count in ((1, 1), (4, 1), (5, 2), (7, 2), (9, 3), (99, 4)):
        train = summarised((" ".join(parts), " ".join(["word"] * words)))
        assert fitted("lead", train).predict(train) == [{"text": " ".join(parts[:count])}]


def test_the_lead_of_a_chinese_text_counts_characters():
    train = summarised(("价格上涨了。产出也增长了！大家都很高兴。", "价格和产出都涨了不少"))
    assert fitted("lead", train).predict(train) == [{"text": "价格上涨了。产出也增长了！"}]


def test_the_nearest_sentence_is_told_by_its_place():
    told = fitted("nearest_sentence", QUESTIONS).predict(QUESTIONS)
    assert [each["answer"] for each in told] == [
        "Anna lives in Oslo.",
        "The company was founded in 1901 by Jim Lee.",
        "总部设在上海浦东新区。",
    ]
    for each, context in zip(told, QUESTIONS.frame["context"], strict=True):
        assert context[each["start"] : each["end"]] == each["answer"]
        assert 0 < each["score"] <= 1
        assert set(each) == {"answer", "start", "end", "score"}


def test_a_sentence_that_stands_twice_has_its_own_place():
    context = "It is. It is paper. It is."
    [told] = fitted("nearest_sentence", QUESTIONS).predict(asked(("paper?", context, "")))
    assert (told["start"], told["end"]) == (7, 19)


def test_questions_without_an_answer_are_told_apart_where_train_has_some():
    some = [("When was the company founded?", CONTEXT, "The company was founded in 1901 by Jim Lee.")] * 12
    none = [("Why do whales sing?", CONTEXT, "")] * 12
    train = asked(*some, *none)
    for dev, chosen_on in (
        (None, "train"),
        (train.take([0]), "train"),
        (train.take(train.frame.index), "dev"),
    ):
        made = fitted("nearest_sentence", train, dev)
        assert made.settings["chosen_on"] == chosen_on
        told = made.predict(train)
        assert judge("answers", train, told).score == 1
        assert told[0]["candidate"] == told[0]["answer"]
        assert (told[-1]["answer"], told[-1]["start"], told[-1]["end"]) == ("", -1, -1)
        assert told[-1]["candidate"] in CONTEXT
    few = fitted("nearest_sentence", asked(*some, *none[:3]))
    assert few.settings == {"bar": 0.0, "chosen_on": "nothing"}
    assert all(each["answer"] for each in few.predict(train))


def test_replies_are_the_commonest_or_those_of_the_nearest_conversation():
    mine = talked(("new password please", ""), ("xyzzy", ""), ("密码忘了", ""), ("parcel broken", ""))
    assert {each["text"] for each in fitted("commonest_reply", TALKS).predict(mine)} == {"We are sorry."}
    told = [each["text"] for each in fitted("nearest_reply", TALKS).predict(mine)]
    assert told == ["Set a new one.", "We are sorry.", "请点击设置。", "We are sorry."]


def test_the_reply_that_is_sought_is_not_read():
    made = fitted("nearest_reply", TALKS)
    sought = talked(("i forgot my password", "where is my parcel"))
    open_end = table("generate", [{"turns": (("user", "i forgot my password"),)}, {"turns": ()}])
    assert made.predict(sought) == [{"text": "Set a new one."}]
    assert [each["text"] for each in made.predict(open_end)] == ["Set a new one.", "We are sorry."]


def test_the_majority_of_intents_is_one_in_scope(tmp_path: Path):
    rows = [("pay", 3), ("card", 5), ("oos", 20)]
    train = table(
        "intent",
        [{"text": "x", "label": label} for label, count in rows for _ in range(count)],
        ("card", "oos", "pay"),
    )
    made = fitted("majority", train)
    row = made.predict(train)[0]
    assert (row["label"], row["probability"], row["in_scope"]) == ("card", 5 / 28, 5 / 28)
    assert judge("intent", train, made.predict(train)).score == 5 / 8
    made.save(tmp_path)
    assert load(tmp_path).predict(train) == made.predict(train)
    outside = train.take(train.frame.index[train.frame["label"] == "oos"])
    assert fitted("majority", outside).predict(outside)[0]["label"] == "oos"


def test_progress_calls_a_floor_by_its_name_in_either_language():
    for name in BASELINES.names():
        assert called(name).text("zh") != called(name).text("en")
        assert name not in called(name).text("zh")
    assert called("of_a_guest") == "of_a_guest"
    said = []
    train = table("classify", news(60, 0), ("down", "up"))
    BASELINES.get("linear")().fit(train, seed=0, progress=lambda *told: said.append(told[0]))
    assert {each.text("zh").partition("：")[0] for each in said} == {"线性模型"}
    assert all(each.text(language) for each in said for language in LANGUAGES)
