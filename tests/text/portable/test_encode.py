"""Rows to features: every word once, every window within its length, whatever the text and the vocabulary."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("tokenizers")

from longwave.text.portable.encode import (
    covered,
    cut,
    encode,
    joints,
    longest_first,
    put_signs,
    shortened,
    signs,
    window_about,
    window_starts,
    word_windows,
)

from .vocabularies import KINDS, vocabulary

ODD = [
    "",
    " ",
    "\n\t",
    "😀😃",
    "\u200b",
    "\x00",
    "ẞ",
    "ａｂｃ",
    "x" * 300,
    "मानक",
    "\ud7ff",
    "$ # $",
    "a\u0301",
]
TEXT = st.one_of(st.sampled_from(ODD), st.text(max_size=60))
KIND = st.sampled_from(KINDS)


def ids_of(kind: str, text: str) -> list[int]:
    return list(vocabulary(kind).encode(text, add_special_tokens=False).ids)


@given(st.lists(st.integers(1, 12), max_size=60), st.integers(12, 30), st.integers(0, 40))
def test_windows_keep_every_word_once_and_overflow_never(lengths: list[int], room: int, stride: int) -> None:
    windows = word_windows(lengths, room, stride)
    kept = [word for _, _, first, last in windows for word in range(first, last)]
    assert kept == list(range(len(lengths)))
    for start, end, first, last in windows:
        assert start <= first <= last <= end
        assert sum(lengths[start:end]) <= room


@given(st.integers(0, 400), st.integers(1, 50), st.integers(0, 60))
def test_windows_reach_every_token_and_stay_within_the_text(length: int, room: int, stride: int) -> None:
    starts = window_starts(length, room, stride)
    reached = {at for start in starts for at in range(start, min(start + room, length))}
    assert reached == set(range(length))
    assert all(start < max(1, length) for start in starts)


@settings(max_examples=60)
@given(
    KIND,
    st.lists(TEXT, min_size=1, max_size=3),
    st.integers(6, 24),
    st.sampled_from(["head", "ends", "windows"]),
)
def test_texts_of_any_kind_fit_and_are_never_empty(kind: str, texts: list[str], most: int, long: str) -> None:
    layout = {"kind": "text", "max_length": most, "long": long, "stride": 2}
    features = encode([{"text": text} for text in texts], vocabulary(kind), layout)
    assert {each["row"] for each in features} == set(range(len(texts)))
    assert all(0 < len(each["input_ids"]) <= most for each in features)


@settings(max_examples=60)
@given(KIND, TEXT, TEXT, st.integers(8, 24))
def test_pairs_fit_with_types_for_every_token(kind: str, one: str, other: str, most: int) -> None:
    layout = {"kind": "pair", "max_length": most, "symmetric": True}
    there, back = encode([{"text": one, "other": other}], vocabulary(kind), layout)
    for each in (there, back):
        assert 0 < len(each["input_ids"]) <= most
        for name in ("token_type_ids", "head_mask", "tail_mask"):
            assert len(each[name]) == len(each["input_ids"])
        assert any(each["head_mask"])
        assert any(each["tail_mask"])
        apart = not any(
            mine and theirs for mine, theirs in zip(each["head_mask"], each["tail_mask"], strict=True)
        )
        assert apart or not (ids_of(kind, one) or ids_of(kind, other))
    assert sorted(there["input_ids"]) == sorted(back["input_ids"]) or len(there["input_ids"]) == most


@pytest.mark.parametrize("kind", KINDS)
def test_pairs_are_laid_out_as_the_vocabulary_itself_does(kind: str) -> None:
    one, other = "The bank raised rates", "output fell"
    (made,) = encode([{"text": one, "other": other}], vocabulary(kind), {"kind": "pair", "max_length": 500})
    theirs = vocabulary(kind).encode(one, other)
    if kind == "plain":  # nothing would tell where one text ends
        assert len(made["input_ids"]) == len(theirs.ids) + 1
    else:
        assert (made["input_ids"], made["token_type_ids"]) == (theirs.ids, theirs.type_ids)


@given(st.integers(0, 40), st.integers(0, 40), st.integers(2, 30))
def test_the_longer_text_gives_way(one: int, other: int, room: int) -> None:
    first, second = longest_first([1] * one, [2] * other, room)
    assert len(first) + len(second) == min(room, one + other)
    if one + other > room:
        assert abs(len(first) - len(second)) <= 1 or min(len(first), len(second)) == min(one, other)


@pytest.mark.parametrize("kind", KINDS)
def test_signs_about_a_text(kind: str) -> None:
    before, after = signs(vocabulary(kind))
    assert [*before, *ids_of(kind, "output fell"), *after] == vocabulary(kind).encode("output fell").ids


@settings(max_examples=80)
@given(KIND, st.lists(TEXT, max_size=12), st.integers(6, 20), st.booleans(), st.integers(0, 4))
def test_every_token_of_a_sentence_is_answered_once(
    kind: str, words: list[str], most: int, shapes: bool, letters: int
) -> None:
    layout = {"kind": "tokens", "max_length": most, "stride": 3, "shapes": shapes, "letters": letters}
    features = encode([{"tokens": words}], vocabulary(kind), layout)
    answered = [word for each in features for word in range(*each["kept"])]
    assert answered == list(range(len(words)))
    for each in features:
        size = len(each["input_ids"])
        assert 0 < size <= most
        assert all(at < size for at in each["firsts"])
        assert len(set(each["firsts"])) == len(each["firsts"])
        assert not shapes or len(each["shapes"]) == size
        assert not letters or {len(row) for row in each["letters"]} == {letters}


@pytest.mark.parametrize("kind", KINDS)
def test_words_are_coded_as_they_stand_in_a_sentence(kind: str) -> None:
    words = ["The", "central", "bank", "raised", "its", "policy", "rate"]
    (made,) = encode([{"tokens": words}], vocabulary(kind), {"kind": "tokens", "max_length": 500})
    assert made["input_ids"] == vocabulary(kind).encode(" ".join(words)).ids


def test_chinese_characters_as_tokens_are_coded_without_spaces_between() -> None:
    words = list("人民银行下调利率")
    (made,) = encode([{"tokens": words}], vocabulary("byte_level"), {"kind": "tokens", "max_length": 500})
    space = vocabulary("byte_level").encode(" ", add_special_tokens=False).ids[0]
    assert space not in made["input_ids"]


@settings(max_examples=80)
@given(KIND, st.text(max_size=50), st.lists(st.integers(0, 60), min_size=4, max_size=4), st.integers(8, 40))
def test_things_of_any_place_are_marked(kind: str, text: str, ends: list[int], most: int) -> None:
    names = ("head_start", "head_end", "tail_start", "tail_end")
    row = {"text": text, **dict(zip(names, ends, strict=True))}
    (made,) = encode([row], vocabulary(kind), {"kind": "markers", "max_length": most})
    assert len(made["input_ids"]) <= most
    for mask in ("head_mask", "tail_mask"):
        assert len(made[mask]) == len(made["input_ids"])
        assert any(made[mask])


@given(
    st.text(st.characters(exclude_characters="\x01\x02"), max_size=30),
    st.lists(st.integers(0, 30), min_size=4, max_size=4),
)
def test_signs_only_add_to_a_text(text: str, ends: list[int]) -> None:
    head, tail = sorted(ends[:2]), sorted(ends[2:])
    marked, spans = put_signs(text, {"\x01": (head[0], head[1]), "\x02": (tail[0], tail[1])})
    bare = marked.replace(" \x01 ", "").replace(" \x02 ", "")
    assert bare == text.replace(" \x01 ", "").replace(" \x02 ", "")
    for sign, (start, end), (first, last) in zip(("\x01", "\x02"), spans, (head, tail), strict=True):
        inside = marked[start:end]
        assert inside.startswith(f" {sign} ")
        assert inside.endswith(f" {sign} ")
        assert text[first:last].replace("\x01", "").replace("\x02", "").strip() in inside.replace(
            " \x01 ", ""
        ).replace(" \x02 ", "").replace("\x01", "").replace("\x02", "")


def test_markers_at_the_ends_and_one_thing_within_the_other() -> None:
    assert put_signs("ab", {"$": (0, 1), "#": (1, 2)})[0] == " $ a $  # b # "
    made, spans = put_signs("abcd", {"$": (0, 4), "#": (1, 2)})
    assert made == " $ a # b # cd $ "
    assert [made[start:end] for start, end in spans] == [made, " # b # "]


def test_things_far_apart_are_both_kept() -> None:
    text = "Apple " + "x " * 500 + "Beats"
    row = {"text": text, "head_start": 0, "head_end": 5, "tail_start": len(text) - 5, "tail_end": len(text)}
    tokenizer = vocabulary("wordpiece")
    (made,) = encode([row], tokenizer, {"kind": "markers", "max_length": 40})
    said = tokenizer.decode(made["input_ids"])
    assert "apple" in said.replace(" ##", "")
    assert "beats" in said.replace(" ##", "")


@given(st.integers(1, 80), st.integers(2, 30), st.data())
def test_a_window_about_things_has_some_of_each(length: int, room: int, data: st.DataObject) -> None:
    groups = [
        list(range(start, min(length, start + data.draw(st.integers(1, 20)))))
        for start in data.draw(st.lists(st.integers(0, length - 1), min_size=2, max_size=2))
    ]
    kept = window_about(length, groups, room)
    assert len(kept) <= room
    assert kept == sorted(set(kept))
    assert all(set(group) & set(kept) for group in groups)


def test_what_is_asked_about_is_marked_where_it_stands_else_put_before() -> None:
    tokenizer, layout = vocabulary("wordpiece"), {"kind": "thing", "max_length": 80}
    rows = [
        {"text": "Pineapple and Apple", "about": "apple"},
        {"text": "Beats", "about": "Apple"},
        {"text": "Beats", "about": ""},
        {"text": "Beats"},
    ]
    whole, lacking, nothing, none = encode(rows, tokenizer, layout)
    asked = [at for at, inside in enumerate(whole["head_mask"]) if inside]
    assert tokenizer.decode([whole["input_ids"][at] for at in asked]).replace(" ##", "") == "$ apple $"
    assert tokenizer.decode(lacking["input_ids"]).replace(" ##", "") == "$ apple $ : beats"
    assert nothing["input_ids"] == none["input_ids"] == tokenizer.encode("Beats").ids
    assert any(nothing["head_mask"])


@settings(max_examples=80)
@given(KIND, TEXT, st.text(max_size=200), st.integers(12, 40), st.integers(0, 20))
def test_windows_of_a_context_reach_all_of_it(
    kind: str, question: str, context: str, most: int, stride: int
) -> None:
    layout = {"kind": "question", "max_length": most, "stride": stride}
    features = encode([{"question": question, "context": context}], vocabulary(kind), layout)
    spans = set(vocabulary(kind).encode(context, add_special_tokens=False).offsets)
    found = {span for each in features for span in each["offsets"] if span != (-1, -1)}
    assert found == spans
    for each in features:
        assert 0 < len(each["input_ids"]) <= most
        assert len(each["offsets"]) == len(each["input_ids"]) == len(each["token_type_ids"])


def test_a_question_is_laid_out_as_the_vocabulary_itself_does() -> None:
    for kind in ("wordpiece", "byte_level", "sentencepiece"):
        question, context = "Who bought Beats?", "Apple bought Beats for three billion dollars"
        row = {"question": question, "context": context}
        (made,) = encode([row], vocabulary(kind), {"kind": "question", "max_length": 500})
        theirs = vocabulary(kind).encode(question, context)
        assert (made["input_ids"], made["token_type_ids"]) == (theirs.ids, theirs.type_ids)
        assert joints(vocabulary(kind)).length == len(theirs.ids) - theirs.special_tokens_mask.count(0)


ROWS = {
    "text": lambda text: {"text": text},
    "pair": lambda text: {"text": text, "other": text},
    "tokens": lambda text: {"tokens": text.split()},
    "markers": lambda text: {
        "text": text,
        "head_start": 0,
        "head_end": 4,
        "tail_start": 99_990,
        "tail_end": 99_994,
    },
    "thing": lambda text: {"text": text, "about": "nowhere"},
    "question": lambda text: {"question": text, "context": text},
}


@pytest.mark.parametrize("kind", ROWS)
def test_a_hundred_thousand_characters_take_no_time(kind: str) -> None:
    text = ("rate " * 20_000)[:100_000]
    layout = {"kind": kind, "max_length": 128, "stride": 16, "long": "windows", "shapes": True, "letters": 8}
    took = []
    for _ in range(2):  # the first is never like the others
        started = time.process_time()
        encode([ROWS[kind](text)], vocabulary("wordpiece"), layout)
        took.append(time.process_time() - started)
    assert min(took) < 0.3


def test_a_long_text_is_kept_as_was_asked() -> None:
    assert cut(range(10), 4, "head", 0) == [[0, 1, 2, 3]]
    assert cut(range(10), 4, "ends", 0) == [[0, 7, 8, 9]]
    assert cut(range(10), 4, "windows", 2) == [[0, 1, 2, 3], [2, 3, 4, 5], [4, 5, 6, 7], [6, 7, 8, 9]]
    with pytest.raises(ValueError, match="middle"):
        cut(range(10), 4, "middle", 0)
    assert shortened("ab" * 100, 1, "head") == ("ab" * 100)[:24]
    assert shortened("ab" * 100, 1, "ends") == "ab" * 12 + " " + "ab" * 12


def test_a_layout_of_no_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="verse"):
        encode([], vocabulary("plain"), {"kind": "verse", "max_length": 8})


def test_tokens_with_a_character_of_the_span() -> None:
    assert covered([(0, 0), (0, 3), (3, 3), (4, 6), (7, 9)], (2, 5)) == [1, 3]
