import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.text.extract.choosing import Document, Rule, chosen, scores
from longwave.text.extract.terms import centroid, document_weights, likeness, vector

NEWS = (
    "The bank raised rates.",
    "Rates of the bank matter to the bank.",
    "A cat slept.",
    "The bank raised rates today.",
)


def _document() -> Document:
    return Document.of(NEWS, document_weights([NEWS, ("A dog.", "The sun."), ("A cat.",)]))


def test_lead_takes_the_first_sentences_within_the_words() -> None:
    document = _document()
    lead = scores(document, "lead", {}, lambda texts: np.zeros((len(texts), 1)))
    assert chosen(document, lead, Rule("lead", 1.0, 4)) == [0]
    assert chosen(document, lead, Rule("lead", 1.0, 100)) == [0, 1, 2, 3]


def test_the_centroid_prefers_what_most_sentences_speak_of() -> None:
    document = _document()
    found = scores(document, "terms", {}, lambda texts: np.zeros((len(texts), 1)))
    assert found.argmin() == 2
    assert found.min() == 0
    assert found.max() == 1


def test_variety_leaves_out_a_second_sentence_of_the_same_words() -> None:
    document = _document()
    scored = np.array([1.0, 0.4, 0.3, 0.99])
    assert chosen(document, scored, Rule("terms", 1.0, 9)) == [0, 3]
    assert chosen(document, scored, Rule("terms", 0.5, 9)) != [0, 3]


def test_one_sentence_is_taken_however_long_it_is() -> None:
    assert chosen(_document(), np.array([0.1, 0.2, 0.9, 0.3]), Rule("terms", 1.0, 0.5)) == [2]


@given(st.lists(st.text(min_size=1, max_size=30), min_size=1, max_size=6))
def test_vectors_have_unit_length_and_likeness_is_symmetric(texts: list[str]) -> None:
    weights = document_weights([texts])
    made = [vector(each, weights, 1.0) for each in texts]
    for each in made:
        assert not each or likeness(each, each) == pytest.approx(1)
        assert likeness(each, made[0]) == pytest.approx(likeness(made[0], each))
    middle = centroid(made)
    assert not middle or likeness(middle, middle) == pytest.approx(1)
