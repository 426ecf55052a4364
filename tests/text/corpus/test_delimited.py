"""The mark that parts cells: by the line that Excel writes for it."""

from __future__ import annotations

import pytest

from longwave.core.errors import BadInput
from longwave.text.corpus.delimited import read_delimited


@pytest.mark.parametrize("first", ["sep=;\n", "\ufeffsep=;\n", "SEP=;\r\n", '"sep=;"\n'])
def test_the_mark_that_the_first_line_says(first: str) -> None:
    frame, notes = read_delimited(f"{first}text;label\na, b, c;x\nd, e, f;y\n", "d.csv")
    assert frame.to_dict("list") == {"text": ["a, b, c", "d, e, f"], "label": ["x", "y"]}
    assert frame.index.tolist() == [3, 4]
    assert notes == []


def test_a_file_of_that_line_only_is_empty() -> None:
    with pytest.raises(BadInput, match="empty"):
        read_delimited("sep=;\n", "d.csv")


def test_of_two_marks_that_part_as_evenly_the_tab_is_it() -> None:
    """A pair of sentences a line, a comma in each: parted by commas it would have three columns and be garbled."""
    lines = "".join(f"The train is late, no. {at}.\tEl tren va tarde, n. {at}.\n" for at in range(9))
    frame, _ = read_delimited(f"en\tes, con comas, dos\n{lines}", "pairs.txt")
    assert list(frame.columns) == ["en", "es, con comas, dos"]
    assert frame.iloc[0].tolist() == ["The train is late, no. 0.", "El tren va tarde, n. 0."]


def test_a_header_that_comes_again_is_no_row() -> None:
    """Two files put one behind the other: its cells would be a text and a label."""
    frame, notes = read_delimited("text,label\na,x\ntext,label\nb,y\n", "d.csv")
    assert frame.to_dict("list") == {"text": ["a", "b"], "label": ["x", "y"]}
    assert frame.index.tolist() == [2, 4]
    assert [each.key for each in notes] == ["text_corpus.headers_again"]
    assert notes[0].values["line"] == 3
    assert len(read_delimited("text\na\ntext\n", "d.csv")[0]) == 2
