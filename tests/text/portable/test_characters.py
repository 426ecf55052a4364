"""Entities are found again in the text as it was given."""

from hypothesis import given
from hypothesis import strategies as st

from longwave.text.portable.characters import in_characters
from longwave.text.portable.clean import clean
from longwave.text.portable.tokenise import tokenised, tokens_of

ODD = st.text(alphabet="aé́ e\u200b\ufeff\r\n\u2028王明.3’-", max_size=30)


def answer(start: int, end: int) -> dict:
    return {"tags": (), "entities": ({"label": "X", "start": start, "end": end, "text": "", "score": 1.0},)}


def test_an_entity_is_cut_out_of_the_text_that_was_given():
    text = "\ufeffIn  Paris\r\n王明 met Zoe\u0301 there."
    tokens = tokens_of(clean(text))
    rows = [{"text": text, "tokens": tokens}] * 3
    wanted = [("Paris",), ("王", "明"), ("Zoé",)]
    places = [(tokens.index(each[0]), tokens.index(each[-1]) + 1) for each in wanted]
    found = in_characters(rows, [answer(*each) for each in places])
    cut = [text[each["char_start"] : each["char_end"]] for row in found for each in row["entities"]]
    assert [clean(each) for each in cut] == ["Paris", "王明", "Zoé"]


@given(ODD)
def test_each_token_of_any_text_is_cut_out_again(text: str):
    tokens = tokens_of(clean(text))
    rows = [{"text": text, "tokens": tokens}] * len(tokens)
    for place, row in enumerate(in_characters(rows, [answer(at, at + 1) for at in range(len(tokens))])):
        (each,) = row["entities"]
        assert clean(text[each["char_start"] : each["char_end"]]) == tokens[place]
    assert len(tokenised(clean(text))) == len(tokens)


def test_rows_of_tokens_have_places_in_words_alone():
    told = answer(0, 1)
    assert in_characters([{"tokens": ("a",)}], [told]) == [told]
