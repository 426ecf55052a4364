"""Documents to passages, questions to passages, and answers in their place."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("sklearn")

from longwave.core.errors import NotEnoughData
from longwave.text.score.words import terms
from longwave.text.search.answering import answers_from_documents
from longwave.text.search.passages import passages
from longwave.text.search.retrieval import Retriever
from longwave.text.table import Row

BANK = "The central bank raised its policy rate. Inflation had risen.\n\nOil was dearer than a year before."
FIRM = "Apple bought Beats for three billion dollars."
CHINESE = "人民银行下调了存款准备金率。\n\n出口增长放缓。"


@given(st.lists(st.text(alphabet="ab .。!\n", max_size=80), max_size=3), st.integers(5, 40))
def test_passages_hold_every_word_where_it_stands(documents: list[str], longest: int) -> None:
    made = passages(documents, longest)
    held: dict[int, set[int]] = {}
    for each in made:
        assert each.text.strip()
        assert len(each.text) <= longest
        assert documents[each.document][each.start :].startswith(each.text)
        places = set(range(each.start, each.start + len(each.text)))
        assert not places & held.get(each.document, set())
        held.setdefault(each.document, set()).update(places)
    for place, document in enumerate(documents):
        letters = {at for at, letter in enumerate(document) if not letter.isspace()}
        assert letters <= held.get(place, set())


def test_paragraphs_stay_whole_and_long_ones_end_with_a_sentence() -> None:
    assert [each.text for each in passages([BANK])] == BANK.split("\n\n")
    assert passages([BANK], 45)[0].text == "The central bank raised its policy rate. "
    assert [each.text for each in passages([CHINESE], 14)] == [
        "人民银行下调了存款准备金率。",
        "出口增长放缓。",
    ]


def test_terms_of_each_script() -> None:
    assert terms("GDP rose 5%: A_b") == ["gdp", "rose", "5", "a", "b"]
    assert terms("下调rate") == ["下", "调", "rate", "下调"]


def test_the_passage_with_the_words_comes_first() -> None:
    search = Retriever(passages([BANK, FIRM, CHINESE]), None)
    found = search.best(["Who bought Beats?", "央行准备金率是否下调？", "oil"], count=2)
    assert [mine[0].passage.text[:5] for mine in found] == ["Apple", "人民银行下", "Oil w"]
    assert all(mine[0].score > mine[1].score for mine in found)
    assert search.scores(["nothing of it"]).shape == (1, 5)


class Colours:
    """Meaning without words: which of two things a text is about."""

    def __init__(self, *, known: bool = True) -> None:
        self.known = known

    def reads(self, texts: Sequence[str]) -> bool:
        return self.known

    def __call__(self, texts: Sequence[str]) -> np.ndarray:
        money = [float("dollar" in text or "price" in text) for text in texts]
        return np.array([[each, 1 - each] for each in money])


def test_meaning_is_added_to_words() -> None:
    cut = passages([BANK, FIRM])
    assert Retriever(cut, Colours()).best(["at what price"])[0][0].passage.text == FIRM
    unread = Retriever(cut, Colours(known=False))
    assert (
        unread.scores(["at what price"]).tolist() == Retriever(cut, None).scores(["at what price"]).tolist()
    )


def test_texts_without_words_are_searched_too() -> None:
    found = Retriever(passages(["!!", "??"]), None).best(["who"])
    assert found[0][0].score == 0
    with pytest.raises(NotEnoughData, match="no text"):
        Retriever(passages([" ", ""]), None)


def first_word(rows: Sequence[Row]) -> list[Row]:
    """Says the first word of each context, surely where it is about a firm."""
    told = []
    for row in rows:
        word = str(row["context"]).split()[0]
        told.append({"answer": word, "start": 0, "end": len(word), "score": 0.9 if word == "Apple" else 0.1})
    return told


def test_answers_stand_in_their_document() -> None:
    rows = [
        {"question": "oil a year before?", "documents": (FIRM, BANK)},
        {"question": "Who?", "context": "Nokia fell"},
        {"question": "Who bought Beats?", "documents": (FIRM, BANK)},
    ]
    oil, plain, firm = answers_from_documents(rows, first_word, None)
    assert (oil["answer"], oil["document"]) == ("Oil", 1)
    assert BANK[oil["start"] : oil["end"]] == "Oil"
    assert plain == {"answer": "Nokia", "start": 0, "end": 5, "score": 0.1}
    assert (firm["answer"], firm["document"], firm["passage"]) == ("Apple", 0, FIRM)
    assert firm["found"] > 0


def test_of_several_passages_the_surest_answer_wins() -> None:
    row = {"question": "the dollars of the bank?", "documents": (BANK, FIRM)}
    assert answers_from_documents([row], first_word, None)[0]["answer"] == "The"
    assert answers_from_documents([row], first_word, None, count=3)[0]["answer"] == "Apple"
