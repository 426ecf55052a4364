"""Rows made anew keep their answers, stay on their side of the split, and are the same for the same seed."""

import json

import pandas as pd
import pytest
from tests.text.methods import made

from longwave.core.errors import UsageError
from longwave.text.augment.augment import AUGMENTS, augmented, given_ids, joined_as, words_of
from longwave.text.augment.neighbours import whole_words
from longwave.text.bases import SCRATCH, Base, find_base
from longwave.text.portable.decode import entities
from longwave.text.settings.check_recipe import check_recipe
from longwave.text.settings.recipe import Recipe
from longwave.text.table import TextTable

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
    more = augmented(texts, recipe(name), NOTHING).table
    new = more.frame.iloc[len(texts) :]
    assert 0 < len(new) <= 0.5 * len(texts) + 1
    labels = dict(zip(texts.frame["id"], texts.frame["label"], strict=True))
    assert all(labels[each["id"].partition("+")[0]] == each["label"] for _, each in new.iterrows())
    assert set(new["split"]) == {"train"}
    assert more.frame["id"].is_unique
    olds = dict(zip(texts.frame["id"], texts.frame["text"], strict=True))
    assert all(olds[each["id"].partition("+")[0]] != each["text"] for _, each in new.iterrows())


def test_seeds_decide(texts):
    one, same, other = (
        augmented(texts, recipe("typos", seed=seed), NOTHING).table.frame for seed in (1, 1, 2)
    )
    assert one.equals(same)
    assert not one.equals(other)


def test_mentions_change_places_and_tags_follow(tags):
    more = augmented(tags, recipe("mentions", share=1.0), NOTHING).table
    for row in more.rows():
        assert len(row["tokens"]) == len(row["tags"])
        (found,) = entities(row["tokens"], row["tags"])
        assert row["tokens"][found["start"]] in made.PLACES


def test_a_dropped_word_is_never_a_name(tags):
    more = augmented(tags, recipe("word_dropout", share=1.0), NOTHING).table.rows()
    assert all(sum(tag != "O" for tag in row["tags"]) == 1 for row in more)


def test_what_does_not_fit_is_refused(texts):
    with pytest.raises(UsageError):
        augmented(texts, recipe("mentions"), NOTHING)
    with pytest.raises(UsageError):
        augmented(texts, recipe("magic"), NOTHING)
    with pytest.raises(UsageError):
        augmented(texts, recipe("back_translation"), NOTHING)


def test_no_row_no_copy(texts):
    assert len(augmented(texts.take([]), recipe("typos"), NOTHING).table) == 0


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


@pytest.mark.parametrize("mark", ["Ġ", "▁"])
def test_only_pieces_that_begin_a_word_are_words_and_lose_their_mark(mark):
    pieces = [
        f"{mark}price",
        f"{mark}Price",
        f"{mark}Berlin",
        "ation",
        mark,
        f"{mark}of",
        f"{mark}a1b",
        "[PAD]",
    ]
    found = whole_words({piece: place for place, piece in enumerate(pieces)})
    assert found == {"price": 0, "Berlin": 2}


def test_a_letter_of_some_word_is_no_mark():
    plain = {
        word: place for place, word in enumerate(["price", "##ing", "Ġed", *(f"w{n}x" for n in range(30))])
    }
    assert whole_words(plain) == {"price": 0, "Ġed": 2}


def test_the_table_of_words_is_found_in_every_kind_of_base(tmp_path):
    pytest.importorskip("torch")
    from longwave.text.augment.neighbours import near_words

    base = made.bert(tmp_path)
    words = made.vocabulary()
    assert set(near_words(base, set(words))) <= set(words)


def test_a_table_without_words_has_none_near(tmp_path):
    pytest.importorskip("torch")
    from longwave.text.augment.neighbours import NEIGHBOURS

    base = made.bert(tmp_path)
    written = json.loads((base / "tokenizer.json").read_text("utf-8"))
    whole = written["model"]["vocab"]
    written["model"]["vocab"] = {
        piece if len(piece) < 3 or not piece.isalpha() else f"##{piece}": at for piece, at in whole.items()
    }
    (base / "tokenizer.json").write_text(json.dumps(written), "utf-8")
    frame = pd.DataFrame({"text": ["prices rose", "growth fell"], "label": ["a", "b"]})
    table = TextTable("classify", frame, ("a", "b"))
    with pytest.raises(UsageError, match="synonyms"):
        NEIGHBOURS.start(table, recipe("synonyms"), Base("mine", base))


def test_a_way_that_made_no_row_is_named(texts):
    told = augmented(texts, recipe("lower", "upper"), NOTHING)  # the texts are in small letters already
    assert told.made == {"lower": 0, "upper": round(0.5 * len(texts))}
    assert len(told.table) == len(texts) + told.made["upper"]
    (note,) = told.notes
    assert note.text("en").startswith("lower made no row")
    assert "lower 没有生成" in note.text("zh")
    assert augmented(texts, recipe("upper"), NOTHING).notes == ()


def test_the_card_and_the_listener_hear_of_a_way_that_made_no_row(tmp_path):
    pytest.importorskip("torch")
    from longwave.text.training.training import Watch, train

    rows = made.table("classify", made.labelled(40, LABELS), LABELS)
    chosen = made.recipe(made.bert(tmp_path / "base"), "frozen", augment=("lower",))
    heard = []
    watch = Watch(made.accuracy, told=lambda cost, notes: heard.extend(notes))
    trained = train(rows, chosen, tmp_path / "work", watch)
    assert trained.more["rows_made"] == 0
    assert [each.key for each in trained.notes].count("text_augment.none_made") == 1
    assert [each.key for each in heard].count("text_augment.none_made") == 1


def test_synonyms_are_refused_where_no_word_can_have_one():
    pytest.importorskip("torch")
    chinese = [{"text": text, "label": "growth"} for text in ("央行下调了利率", "物价上涨很快", "就业增长")]
    rows = made.table("classify", chinese, LABELS)
    with pytest.raises(UsageError, match="Chinese"):
        augmented(rows, recipe("synonyms"), find_base())
    with pytest.raises(UsageError, match="from scratch"):
        augmented(rows, recipe("synonyms"), NOTHING)
    with pytest.raises(UsageError, match="from scratch"):
        check_recipe(Recipe(base=SCRATCH, augment=("synonyms",)), "classify")
    check_recipe(Recipe(base=SCRATCH, augment=("typos",)), "classify")


def test_of_a_made_row_it_is_known_what_it_was_made_of(texts):
    chosen = recipe("upper", "typos", share=1.0)
    table = augmented(texts, chosen, NOTHING).table
    given = texts.frame["id"].tolist()
    assert given_ids(table, chosen)[: len(given)] == given
    assert set(given_ids(table, chosen)) == set(given)
