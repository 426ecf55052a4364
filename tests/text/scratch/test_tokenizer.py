import pytest

pytest.importorskip("tokenizers")

from hypothesis import given
from hypothesis import strategies as st

from longwave.text.portable.encode import signs
from longwave.text.scratch.tokenizer import reading_tokenizer, writing_tokenizer

TEXTS = [
    "经济增长放缓，通胀回落。",
    "经济政策保持稳定。",
    "Growth slows; inflation falls.",
    "the economy 2024",
] * 5
WRITES = writing_tokenizer(TEXTS, 300)


@given(st.text(alphabet=st.characters(blacklist_categories=("Cs",), blacklist_characters="▁"), max_size=40))
def test_what_is_written_comes_back_as_it_was(text: str) -> None:
    ids = WRITES.encode(text, add_special_tokens=False).ids
    assert WRITES.token_to_id("<unk>") not in ids
    if not any(sign in text for sign in ("<pad>", "<s>", "</s>", "<unk>")):
        assert WRITES.decode(ids) == text or WRITES.decode(ids) == text.removeprefix(" ")


def test_text_that_looks_like_a_byte_is_plain_text() -> None:
    assert WRITES.decode(WRITES.encode("<0x41>", add_special_tokens=False).ids) == "<0x41>"


def test_chinese_is_read_by_character_and_other_words_in_pieces() -> None:
    made = reading_tokenizer(TEXTS, 300)
    coded = made.encode("经济 Growth")
    assert coded.tokens == ["[CLS]", "经", "济", "growth", "[SEP]"]
    assert signs(made) == ([2], [3])
    assert made.encode("龘").tokens == ["[CLS]", "[UNK]", "[SEP]"]


def test_the_vocabulary_keeps_to_its_size() -> None:
    assert reading_tokenizer(TEXTS, 20).get_vocab_size() <= 60
    assert WRITES.get_vocab_size() <= 300 + 256


def test_a_pair_is_laid_out_with_both_texts() -> None:
    coded = reading_tokenizer(TEXTS, 300).encode("经济", "稳定")
    assert coded.tokens == ["[CLS]", "经", "济", "[SEP]", "稳", "定", "[SEP]"]
