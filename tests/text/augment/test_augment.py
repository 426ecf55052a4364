"""Rows made anew keep their answers, stay on their side of the split, and are the same for the same seed."""

import pytest
from tests.text.methods import made

from longwave.core.errors import UsageError
from longwave.text.augment.augment import AUGMENTS, augmented, joined_as, words_of
from longwave.text.bases import SCRATCH, Base
from longwave.text.portable.decode import entities
from longwave.text.recipe import Recipe

LABELS = ("growth", "prices", "jobs")
NOTHING = Base(SCRATCH, None)


def recipe(*names, share=0.5, seed=1):
    return Recipe(augment=names, augment_share=share, seed=seed)


@pytest.fixture(scope="module")
def texts():
    return made.table("classify", made.labelled(100, LABELS), LABELS).part("train")


@pytest.fixture(scope="module")
def tags():
    return made.table("entities", made.tagged(100)).part("train")


@pytest.mark.parametrize("name", ["word_dropout", "typos", "upper"])
def test_a_new_row_bears_the_old_label(texts, name):
    more = augmented(texts, recipe(name), NOTHING)
    new = more.frame.iloc[len(texts) :]
    assert 0 < len(new) <= 0.5 * len(texts) + 1
    labels = dict(zip(texts.frame["id"], texts.frame["label"], strict=True))
    assert all(labels[each["id"].partition("+")[0]] == each["label"] for _, each in new.iterrows())
    assert set(new["split"]) == {"train"}
    assert more.frame["id"].is_unique
    olds = dict(zip(texts.frame["id"], texts.frame["text"], strict=True))
    assert all(olds[each["id"].partition("+")[0]] != each["text"] for _, each in new.iterrows())


def test_seeds_decide(texts):
    one, same, other = (augmented(texts, recipe("typos", seed=seed), NOTHING).frame for seed in (1, 1, 2))
    assert one.equals(same)
    assert not one.equals(other)


def test_mentions_change_places_and_tags_follow(tags):
    more = augmented(tags, recipe("mentions", share=1.0), NOTHING)
    for row in more.rows():
        assert len(row["tokens"]) == len(row["tags"])
        (found,) = entities(row["tokens"], row["tags"])
        assert row["tokens"][found["start"]] in made.PLACES


def test_a_dropped_word_is_never_a_name(tags):
    more = augmented(tags, recipe("word_dropout", share=1.0), NOTHING).rows()
    assert all(sum(tag != "O" for tag in row["tags"]) == 1 for row in more)


def test_what_does_not_fit_is_refused(texts):
    with pytest.raises(UsageError):
        augmented(texts, recipe("mentions"), NOTHING)
    with pytest.raises(UsageError):
        augmented(texts, recipe("magic"), NOTHING)
    with pytest.raises(UsageError):
        augmented(texts, recipe("back_translation"), NOTHING)


def test_no_row_no_copy(texts):
    assert len(augmented(texts.take([]), recipe("typos"), NOTHING)) == 0


def test_chinese_is_cut_by_character():
    assert words_of("央行下调了利率") == list("央行下调了利率")
    assert joined_as("央行下调了利率", ["央", "行"]) == "央行"
    assert words_of("the bank cut rates") == ["the", "bank", "cut", "rates"]


def test_every_way_has_a_name():
    assert set(AUGMENTS.names()) == {
        "back_translation",
        "lower",
        "mentions",
        "synonyms",
        "typos",
        "upper",
        "word_dropout",
    }


def test_synonyms_are_near_in_the_table_of_the_base(texts):
    pytest.importorskip("torch")
    from longwave.text.augment.neighbours import near_words
    from longwave.text.bases import default_folder

    near = near_words(default_folder(), {"prices", "growth", "wages"})
    assert "costs" in near["prices"]
    assert "salaries" in near["wages"]
    assert not any(word.startswith("pric") for word in near["prices"])
