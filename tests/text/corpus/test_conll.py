"""Files of a token a line."""

from longwave.text.corpus.conll import read_conll


def test_a_sentence_of_left_out_lines_alone_takes_no_id_from_the_others() -> None:
    parts = (("a", "1-2 x _ O"), ("b", "1 Ann _ B-PER", "2 sat _ O"), ("c", "1 To _ O", "2 Rome _ B-LOC"))
    text = "\n\n".join("\n".join([f"# id = {name}", *lines]) for name, *lines in parts)
    frame, _ = read_conll(text, "f")
    assert frame["id"].tolist() == ["b", "c"]
    assert frame["tokens"].tolist() == [["Ann", "sat"], ["To", "Rome"]]
