"""Numbers to answers, against plain enumeration."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from longwave.text.portable.decode import (
    ILLEGAL,
    best_path,
    best_span,
    decode,
    entities,
    joined,
    marginals,
    probabilities,
    sigmoid,
    softmax,
    transitions,
    trimmed,
)

NUMBERS = st.floats(-30, 30, width=32)


def vector(size: int) -> st.SearchStrategy[np.ndarray]:
    return arrays(np.float32, size, elements=NUMBERS)


@given(vector(4))
def test_chances_of_an_ordinal_scale_add_up_and_none_is_negative(logits: np.ndarray) -> None:
    chances = probabilities(logits, {"ordered": True})
    assert chances.shape == (5,)
    assert chances.min() >= 0
    assert chances.sum() == pytest.approx(1)


def test_an_ordinal_scale_says_what_its_steps_say() -> None:
    chances = probabilities(np.array([0.0, -np.log(3.0)], np.float32), {"ordered": True})
    assert chances == pytest.approx([0.5, 0.25, 0.25])


@given(vector(5), st.floats(0.2, 5))
def test_temperature_cools_without_changing_the_order(logits: np.ndarray, temperature: float) -> None:
    plain, cooled = (probabilities(logits, {"temperature": each}) for each in (1.0, temperature))
    assert cooled.sum() == pytest.approx(1)
    assert cooled[plain.argmax()] == pytest.approx(cooled.max())


def test_no_overflow() -> None:
    huge = np.array([-1e30, 0.0, 1e30])
    assert softmax(huge).tolist() == [0, 0, 1]
    assert sigmoid(huge).tolist() == [0, 0.5, 1]


def test_one_label_is_the_mean_of_the_windows() -> None:
    head = {"kind": "sequence", "labels": ["no", "yes"]}
    features = [{"row": 0}, {"row": 0}, {"row": 1}]
    logits = [np.array([0.0, np.log(3.0)]), np.array([0.0, 0.0]), np.array([2.0, 0.0])]
    first, second = decode([{}, {}], features, logits, head)
    assert first["scores"] == pytest.approx({"no": 0.375, "yes": 0.625})
    assert (first["label"], first["probability"]) == ("yes", pytest.approx(0.625))
    assert second["label"] == "no"


def test_several_labels_by_their_bars() -> None:
    head = {"kind": "sequence", "labels": ["a", "b", "c"], "several": True, "thresholds": [0.5, 0.9, 0.1]}
    (told,) = decode([{}], [{"row": 0}], [np.array([0.1, 1.0, -2.0])], head)
    assert told["labels"] == ("a", "c")
    (none,) = decode([{}], [{"row": 0}], [np.array([-9.0, -9.0, -9.0])], head)
    assert none["labels"] == ()


INTENTS = {"kind": "sequence", "labels": ["pay", "oos", "card"], "outside": "oos"}


def scoped(logits: list[float], **more: object) -> dict[str, object]:
    return decode([{}], [{"row": 0}], [np.array(logits)], {**INTENTS, **more})[0]


def test_in_scope_by_each_measure() -> None:
    logits = [2.0, 1.0, 0.0]
    shares = softmax(np.array(logits))
    assert scoped(logits, scope="outside")["in_scope"] == pytest.approx(1 - shares[1])
    assert scoped(logits, scope="probability")["in_scope"] == pytest.approx(shares[0])
    energy = np.log(np.exp(2.0) + 1)
    told = scoped(logits, scope="energy", scope_centre=1.0)
    assert told["energy"] == pytest.approx(energy)
    assert told["in_scope"] == pytest.approx(1 / (1 + np.exp(1.0 - energy)))


def test_the_bar_decides_what_is_out_of_scope() -> None:
    assert scoped([0.0, 3.0, 1.0], scope="outside")["label"] == "oos"
    assert scoped([0.0, 3.0, 1.0], scope="outside", scope_bar=0.01)["label"] == "card"
    assert scoped([5.0, 3.0, 1.0], scope="outside", scope_bar=0.99)["label"] == "oos"
    named = {"labels": ["pay", "card"], "outside": "oos", "scope": "probability", "scope_bar": 0.9}
    told = scoped([0.0, 0.0], **named)
    assert (told["label"], told["probability"]) == ("oos", pytest.approx(0.5))
    assert scoped([0.0, 9.0], **named)["label"] == "card"
    assert scoped([0.0, 0.0], **{**named, "outside": ""})["label"] == "pay"


TAGS = ["O", "B-X", "I-X", "B-Y", "I-Y"]


def legal(path: tuple[int, ...]) -> bool:
    before = "O"
    for place in path:
        tag = TAGS[place]
        if tag.startswith("I-") and before[2:] != tag[2:]:
            return False
        before = tag
    return True


def worth(path: tuple[int, ...], scores: np.ndarray, moves: np.ndarray, begins: np.ndarray) -> float:
    total = begins[path[0]] + sum(scores[at, tag] for at, tag in enumerate(path))
    return float(total + sum(moves[a, b] for a, b in itertools.pairwise(path)))


@given(st.integers(1, 4), st.integers(0, 10_000))
def test_the_best_path_and_the_chances_of_tags_are_those_of_enumeration(words: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    scores = rng.normal(size=(words, len(TAGS)))
    head = {
        "labels": TAGS,
        "transitions": rng.normal(size=(len(TAGS), len(TAGS))).tolist(),
        "begins": rng.normal(size=len(TAGS)).tolist(),
    }
    moves, begins = transitions(head)
    paths = [path for path in itertools.product(range(len(TAGS)), repeat=words) if legal(path)]
    worths = np.array([worth(path, scores, moves, begins) for path in paths])
    assert tuple(best_path(scores, moves, begins)) == paths[int(worths.argmax())]
    shares = np.exp(worths - worths.max())
    expected = np.zeros((words, len(TAGS)))
    for path, share in zip(paths, shares / shares.sum(), strict=True):
        expected[np.arange(words), list(path)] += share
    assert marginals(scores, moves, begins) == pytest.approx(expected, abs=1e-9)


def test_illegal_moves_are_never_taken() -> None:
    moves, begins = transitions({"labels": TAGS})
    assert begins[2] == begins[4] == ILLEGAL
    assert moves[0, 2] == moves[1, 4] == moves[3, 2] == ILLEGAL
    assert moves[1, 2] == moves[2, 2] == moves[0, 1] == 0


def test_tags_of_windows_come_together() -> None:
    head = {"kind": "tokens", "labels": ["O", "B-X", "I-X"]}
    features = [
        {"row": 0, "start": 0, "kept": (0, 2), "firsts": [1, 3, 4]},
        {"row": 0, "start": 1, "kept": (2, 4), "firsts": [0, 1, 2]},
    ]
    strong = 9 * np.eye(3)
    logits = [strong[[0, 1, 0, 2, 0]], strong[[0, 2, 0]]]
    (told,) = decode([{"tokens": ["New", "York", "City", "fell"]}], features, logits, head)
    assert told["tags"] == ("B-X", "I-X", "I-X", "O")
    assert told["entities"][0] == {
        "label": "X",
        "start": 0,
        "end": 3,
        "text": "New York City",
        "score": pytest.approx(1, abs=0.01),
    }
    (empty,) = decode(
        [{"tokens": []}], [{"row": 0, "start": 0, "kept": (0, 0), "firsts": []}], [np.zeros((2, 3))], head
    )
    assert empty == {"tags": (), "entities": ()}


def test_what_tags_name() -> None:
    words, tags = ["a", "b", "c", "d", "e"], ["I-X", "B-X", "I-Y", "O", "B-Y"]
    found = [(each["label"], each["start"], each["end"]) for each in entities(words, tags)]
    assert found == [("X", 0, 1), ("X", 1, 2), ("Y", 2, 3), ("Y", 4, 5)]


def test_words_are_joined_as_their_script_writes_them() -> None:
    assert joined(["人", "民", "银行"]) == "人民银行"
    assert joined(["GDP", "增", "长", "5%"]) == "GDP 增长 5%"


@given(st.integers(1, 9), st.integers(1, 5), st.integers(0, 10_000))
def test_the_best_span_is_that_of_enumeration(tokens: int, longest: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    logits = rng.normal(size=(tokens, 2))
    offsets = [(-1, -1) if rng.random() < 0.3 else (3 * at, 3 * at + 2) for at in range(tokens)]
    spans = [
        (logits[a, 0] + logits[b, 1], offsets[a][0], offsets[b][1])
        for a in range(tokens)
        for b in range(a, min(tokens, a + longest))
        if offsets[a][0] >= 0 and offsets[b][0] >= 0
    ]
    assert best_span(logits, offsets, longest) == (max(spans) if spans else (-np.inf, 0, 0))


SPANS = {"kind": "span", "labels": [], "longest": 5}
QUESTION = {"question": "Who?", "context": "Apple bought Beats "}
WINDOW = {"row": 0, "offsets": [(-1, -1), (0, 5), (6, 12), (13, 19), (-1, -1)]}
LOGITS = np.array([[0.0, 0.0], [4.0, 0.0], [0.0, 0.0], [0.0, 3.0], [9.0, 9.0]])


def test_an_answer_is_the_best_words_without_spaces_at_their_ends() -> None:
    (told,) = decode([QUESTION], [WINDOW], [LOGITS], SPANS)
    assert told == {
        "answer": "Apple bought Beats",
        "start": 0,
        "end": 18,
        "score": pytest.approx(sigmoid(np.array(7.0))),
    }
    assert trimmed("  ", 0, 2) == (2, 2)


def test_no_answer_where_nothing_beats_the_bar() -> None:
    quiet = {**SPANS, "unanswered": True, "null_bar": 8.0}
    (told,) = decode([QUESTION], [WINDOW], [LOGITS], quiet)
    assert (told["answer"], told["start"], told["candidate"]) == ("", -1, "Apple bought Beats")
    assert told["score"] == pytest.approx(1 - sigmoid(np.array(7.0)))
    assert (
        decode([QUESTION], [WINDOW], [LOGITS], {**quiet, "null_bar": 6.0})[0]["answer"]
        == "Apple bought Beats"
    )


def test_a_context_without_words_has_no_answer() -> None:
    window = {"row": 0, "offsets": [(-1, -1)] * 3}
    (told,) = decode([{"question": "Who?", "context": " "}], [window], [np.zeros((3, 2))], SPANS)
    assert (told["answer"], told["score"]) == ("", 1.0)


def test_the_answer_of_the_better_window_counts() -> None:
    other = {"row": 0, "offsets": [(-1, -1), (6, 12)]}
    weak = np.array([[5.0, 5.0], [1.0, 1.0]])
    (told,) = decode([QUESTION], [other, WINDOW], [weak, LOGITS], SPANS)
    assert told["answer"] == "Apple bought Beats"


def test_an_entity_is_as_sure_as_its_least_sure_token_wherever_it_is_told() -> None:
    from longwave.text.baselines.bio import tagged_row

    tags, chances = ["B-PER", "I-PER", "O"], np.array([0.9, 0.1, 0.8])
    assert entities(["Ann", "Lee", "left"], tags, chances)[0]["score"] == 0.1
    assert tagged_row(["Ann", "Lee", "left"], tags, chances)["entities"][0]["score"] == 0.1
