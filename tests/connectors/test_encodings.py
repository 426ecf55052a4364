"""Chinese is told from what only decodes like it, and the likely encoding of other texts is named."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.connectors.encodings import chinese, decoding, likely, looks_garbled

TEXTS = {
    "gb18030": "內需擴張，隨後改善；出口在第三季惡化，股價下跌。",
    "big5": "內需擴張，隨後改善；出口在第三季惡化，股價下跌。",
    "shift_jis": "需要が減少した、その後も悪化した。輸出は増えた。",
    "euc-jp": "需要が減少した、その後も悪化した。輸出は増えた。",
    "euc-kr": "수요가 삼분기에 개선됐다 그리고 가격이 올랐다.",
    "cp1251": "Экспорт ухудшился, а спрос снова улучшился.",
    "koi8-r": "Экспорт ухудшился, а спрос снова улучшился.",
    "cp1252": "El empleo bajó en mayo y después cayó más – todavía.",
}


@pytest.mark.parametrize("encoding", TEXTS)
def test_the_likely_encoding_is_the_one_it_was_written_in(encoding: str) -> None:
    data = f"text,label\n{TEXTS[encoding]},up\n".encode(encoding)
    assert likely(data) == encoding
    assert encoding in decoding(data)


@pytest.mark.parametrize("encoding", [name for name in TEXTS if name != "gb18030"])
def test_what_is_not_gb_18030_is_not_read_as_chinese(encoding: str) -> None:
    assert chinese(TEXTS[encoding].encode(encoding)) is None


@given(st.lists(st.text("abcdelorstéèàçöüßñãÉÖ", min_size=2, max_size=9), min_size=1, max_size=30))
def test_words_of_western_europe_with_letters_between_accents_are_no_chinese(words: list[str]) -> None:
    """At least every third letter is a plain one, as words have it."""
    spaced = ["".join(f"{char}n" if at % 2 else char for at, char in enumerate(word)) for word in words]
    assert chinese(" ".join(spaced).encode("latin-1")) is None or " ".join(spaced).isascii()


def test_nothing_likely_is_said_of_bytes_without_a_sense() -> None:
    assert likely(bytes(range(128, 256)) * 3) == ""
    assert decoding(b"\xff\xff")[-1] == "latin-1"


def test_a_garbled_text_is_known_from_an_accented_one() -> None:
    assert looks_garbled(TEXTS["cp1251"].encode("cp1251").decode("latin-1"))
    assert not looks_garbled(TEXTS["cp1252"])
    assert not looks_garbled("naïve")
