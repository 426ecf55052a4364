import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.text.extract.sentences import joined, sentences


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Sales rose. Profit fell!  Why?", ["Sales rose.", "Profit fell!", "Why?"]),
        ("Mr. Smith of Acme Inc. sold 3.5 million shares. He left.", 2),
        ("The U.S. economy grew by 2.1 percent. Prices rose.", 2),
        ("It opened in the U.S. The shares rose.", 2),
        (
            "营收增长了三成。利润呢？“很好。”他说：不错！",
            ["营收增长了三成。", "利润呢？", "“很好。”", "他说：不错！"],
        ),
        ("One line\nand another", ["One line", "and another"]),
        ('He said "Stop." Then he left.', 2),
        ("", []),
        ("   \n \t", []),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, wanted: list[str] | int) -> None:
    found = sentences(text)
    assert (found if isinstance(wanted, list) else len(found)) == wanted


@given(st.text(alphabet="Ab .!?\"'。！？“”\n3", max_size=60))
def test_nothing_is_lost_but_blanks(text: str) -> None:
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())


def test_joined_puts_no_blank_after_a_chinese_sign() -> None:
    assert joined(["一。", "二。", "Three.", "Four."]) == "一。二。Three. Four."
