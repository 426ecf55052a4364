"""How like other rows are: the same law is like, strange words, lengths and shares are told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from longwave.text.score.likeness import FILE, Profile
from longwave.text.table import TextTable

WORDS = [f"word{at}" for at in range(200)]


def drawn(
    rows: int, seed: int, *, words: list[str] = WORDS, size: int = 10, up: float = 0.5, glue: str = " "
) -> TextTable:
    rng = np.random.default_rng(seed)
    texts = [glue.join(rng.choice(words, size)) for _ in range(rows)]
    labels = np.where(rng.random(rows) < up, "up", "down")
    return TextTable(
        "classify", pd.DataFrame({"id": range(rows), "text": texts, "label": labels}), ("down", "up")
    )


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    Profile.of(drawn(400, 0), drawn(100, 1)).keep(tmp_path)
    read = Profile.read(tmp_path)
    assert read is not None
    return read


@pytest.mark.parametrize("rows", [15, 60, 400])
def test_rows_of_the_same_law_are_like(profile: Profile, rows: int) -> None:
    found = profile.beside(drawn(rows, 2))
    assert found.words == pytest.approx(1.0)
    assert found.length == 10
    assert not found.warnings


def test_strange_words_lengths_and_shares_are_told_in_both_languages(profile: Profile) -> None:
    strange = [*WORDS[:100], *(f"other{at}" for at in range(100))]
    found = profile.beside(drawn(200, 3, words=strange))
    assert found.words == pytest.approx(0.5, abs=0.05)
    assert [each.key for each in found.warnings] == ["text_score.unlike_words"]
    long = profile.beside(drawn(50, 4, size=40))
    assert [each.key for each in long.warnings] == ["text_score.unlike_length"]
    shifted = profile.beside(drawn(200, 5, up=0.95))
    assert shifted.label_shift == pytest.approx(0.45, abs=0.08)
    assert [each.key for each in shifted.warnings] == ["text_score.unlike_labels"]
    assert "总变差" in shifted.as_dict("zh")["warnings"][0]
    named = drawn(200, 6)
    renamed = replace(named, frame=named.frame.assign(label=named.frame["label"].map("the {}".format)))
    assert "text_score.unlike_labels" not in [each.key for each in profile.beside(renamed).warnings]


def test_chinese_is_read_by_characters_and_their_pairs() -> None:
    signs = list("银行利率上调央行市场经济增长通胀")
    home = Profile.of(drawn(200, 0, words=signs, glue=""), drawn(50, 1, words=signs, glue=""))
    assert not home.beside(drawn(50, 2, words=signs, glue="")).warnings
    other = home.beside(drawn(50, 3, words=list("球队比赛冠军联赛主场教练射门"), glue=""))
    assert other.words < 0.1
    assert other.length == 10


def test_entities_and_texts_without_labels_have_profiles_too() -> None:
    frame = pd.DataFrame({"id": ["1"], "tokens": [("Ann", "Lee", "left")], "tags": [("B-PER", "I-PER", "O")]})
    assert Profile.of(TextTable("entities", frame), TextTable("entities", frame)).labels == {"PER": 1.0}
    plain = TextTable("summarise", pd.DataFrame({"id": ["1"], "text": ["a b"], "summary": ["a"]}))
    found = Profile.of(plain, plain).beside(plain)
    assert (found.label_shift, found.warnings) == (0, ())


def test_a_checkpoint_without_a_profile_or_with_a_broken_one_has_none(tmp_path: Path) -> None:
    assert Profile.read(tmp_path) is None
    (tmp_path / FILE).write_text('{"words": 3}')
    assert Profile.read(tmp_path) is None


def test_chance_is_of_as_many_entities_as_there_are() -> None:
    """Three hundred sentences with thirty entities: their kinds' shares rest on thirty."""
    rng = np.random.default_rng(0)
    kinds = [f"K{at}" for at in range(12)]

    def table(sentences: int, share: float) -> TextTable:
        tags = [(f"B-{rng.choice(kinds)}" if rng.random() < share else "O",) for _ in range(sentences)]
        rows = {"id": [str(at) for at in range(sentences)], "tokens": [("x",)] * sentences, "tags": tags}
        return TextTable("entities", pd.DataFrame(rows), tuple(kinds))

    profile = Profile.of(table(5_000, 1.0), table(10, 1.0))
    found = [profile.beside(table(300, 0.1)) for _ in range(20)]
    assert np.mean([each.label_shift for each in found]) == pytest.approx(
        np.mean([each.by_chance for each in found]), rel=0.35
    )
    assert sum("text_score.unlike_labels" in [note.key for note in each.warnings] for each in found) <= 4
