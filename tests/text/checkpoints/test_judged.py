"""A checkpoint on other rows: what is lost from home, in what the rows are unlike, and two of them side by side."""

import shutil
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

torch = pytest.importorskip("torch")

from tests.text.methods import made  # noqa: E402

import longwave as lw  # noqa: E402
from longwave.cli.main import main  # noqa: E402
from longwave.core.errors import UsageError  # noqa: E402
from longwave.text.checkpoints.checkpoint import Checkpoint  # noqa: E402
from longwave.text.checkpoints.judged import compare, evaluate, home_scores, rows_to_judge  # noqa: E402
from longwave.text.score.metric import Interval  # noqa: E402

LABELS = ("growth", "prices", "jobs")
QUICK = {
    "learning_rate": 3e-3,
    "num_train_epochs": 6,
    "max_length": 24,
    "threads": 1,
    "per_device_train_batch_size": 16,
    "floors": "none",
    "robust": False,
}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    path = tmp_path_factory.mktemp("data") / "home.csv"
    pd.DataFrame(made.labelled(300, LABELS)).to_csv(path, index=False)
    return path


@pytest.fixture(scope="module")
def checkpoint(home, tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    base = made.bert(folder / "base")
    return lw.text.finetune(home, task="classify", out=folder / "model", base=str(base), **QUICK)


@pytest.fixture(scope="module")
def strange(tmp_path_factory):
    """Rows of the same task in words that the model has never seen, most of them of one label."""
    rng = np.random.default_rng(1)
    words = {"growth": "zenith", "prices": "quux", "jobs": "flimsy"}
    labels = rng.choice(LABELS, 120, p=[0.9, 0.05, 0.05])
    texts = [
        " ".join(rng.permutation([words[label], *["vex", "jolt", "waltz", "nymph", "glyph"]]))
        for label in labels
    ]
    path = tmp_path_factory.mktemp("data") / "strange.csv"
    pd.DataFrame({"text": texts, "label": labels}).to_csv(path, index=False)
    return path


def test_what_is_lost_away_has_an_interval_and_its_reasons(checkpoint, strange):
    found = evaluate(checkpoint, strange)
    assert found.away
    lost = found.transfers[0]
    assert lost.name == found.judged.headline
    assert lost.loss == pytest.approx(lost.home.value - found.judged.score)
    assert lost.low > 0.2
    assert found.likeness.words < 0.2
    assert found.likeness.words_home > 0.95
    told = [each.key for each in found.likeness.warnings]
    assert "text_score.unlike_words" in told
    assert "text_score.unlike_labels" in told


def test_on_rows_of_the_same_law_nothing_is_said_to_be_lost(checkpoint):
    found = evaluate(checkpoint, pd.DataFrame(made.labelled(150, LABELS, seed=9)))
    assert found.transfers[0].low <= 0 <= found.transfers[0].high
    assert found.likeness.warnings == ()


def test_checkpoints_are_opened_from_their_folders_and_what_is_found_is_shown_in_short(checkpoint, strange):
    found = evaluate(str(checkpoint.folder), strange)
    assert f"{found.judged.headline}={found.intervals[0].value:.4g}" in repr(found)
    both = compare(checkpoint.folder, checkpoint, strange)
    assert f"{both.gaps[0].name}=+0" in repr(both)
    assert len(repr(found)) < 500
    assert len(repr(both)) < 2000


def test_on_its_own_rows_there_is_no_transfer(checkpoint, home):
    found = evaluate(checkpoint, home)
    assert not found.away
    assert found.transfers == ()
    assert found.likeness is None
    assert found.home[0].name == found.judged.headline
    assert len(found.table) == checkpoint.card["data"]["rows"]["test"] < 300
    assert found.judged.score == pytest.approx(found.home[0].value)
    assert found.seen_count == 0


def test_the_rows_of_its_test_are_no_other_set_wherever_they_lie(checkpoint, home, tmp_path):
    evaluate(checkpoint, home).table.frame[["text", "label"]].to_csv(tmp_path / "test.csv", index=False)
    found = evaluate(checkpoint, tmp_path / "test.csv")
    assert not found.away
    assert found.transfers == ()
    assert found.likeness is None


def test_both_models_are_judged_by_the_label_that_the_first_has_for_none_of_the_others(checkpoint):
    def meant(label: str) -> Checkpoint:
        data = {**checkpoint.card["data"], "outside": label}
        return replace(checkpoint, card={**checkpoint.card, "task": "intent", "data": data})

    rows = pd.DataFrame(made.labelled(60, LABELS, seed=5)[:40])
    found = compare(meant("jobs"), meant("prices"), rows)
    assert {each.table.outside for each in (found.first, found.second)} == {"jobs"}
    assert found.gaps[0].name == "accuracy_in_scope"
    assert (found.gaps[0].value, found.gaps[0].n) == (0, 27)
    assert [each.key for each in found.notes] == ["text_verbs.other_outside"]
    assert not compare(meant("jobs"), meant("jobs"), rows).notes


def test_a_model_that_kept_no_marks_says_that_it_does_not_know(checkpoint, strange, tmp_path, capsys):
    shutil.copytree(checkpoint.folder, tmp_path / "model")
    (tmp_path / "model" / "learnt.json").unlink()
    words = ["text", "compare", str(checkpoint.folder), str(tmp_path / "model"), str(strange)]
    assert main(["text", "evaluate", str(tmp_path / "model"), str(strange)]) == 0
    assert "does not say what it learnt from" in capsys.readouterr().out
    assert main(words) == 0
    assert f"{tmp_path / 'model'}: The model does not say" in " ".join(capsys.readouterr().out.split())


def test_home_is_the_test_without_leaks_where_the_card_has_one():
    def row(rows: str, value: float) -> dict[str, object]:
        told = {"metric": "accuracy", "value": value, "low": None, "high": 1.0, "n": 20, "unit": "share"}
        return {"model": "finetuned", "rows": rows, **told}

    told = home_scores(
        {"scores": [row("test", 0.9), row("clean", 0.8), {**row("test", 0.1), "model": "linear"}]}
    )
    assert [(each.value, each.n) for each in told] == [(0.8, 20)]
    assert np.isnan(told[0].low)
    assert isinstance(told[0], Interval)
    assert home_scores({}) == ()


def test_two_models_have_mcnemars_test_beside_the_gaps(checkpoint):
    rows = pd.DataFrame(made.labelled(60, LABELS, seed=5))
    found = compare(checkpoint, replace(checkpoint), rows)
    assert all(each.value == 0 for each in found.gaps)
    assert (found.mcnemar.only_a, found.mcnemar.only_b, found.mcnemar.p_value) == (0, 0, 1.0)
    assert found.gaps[0].name == found.first.judged.headline


@pytest.mark.parametrize(("lang", "words"), [("en", ("Worse here", "strange")), ("zh", ("变差", "用词"))])
def test_the_command_says_it_in_both_languages(checkpoint, strange, capsys, lang, words):
    assert main(["--lang", lang, "text", "evaluate", str(checkpoint.folder), str(strange)]) == 0
    out = capsys.readouterr()
    assert all(word in out.out + out.err for word in words)


def test_labels_under_other_names_are_judged_under_the_models(checkpoint, tmp_path):
    frame = pd.DataFrame(made.labelled(150, LABELS, seed=9))
    plainly = evaluate(checkpoint, frame)
    theirs = {"growth": "up", "prices": "1", "jobs": "work"}
    called = frame.assign(label=frame["label"].map(theirs))
    back = {name: label for label, name in theirs.items()}
    renamed = evaluate(checkpoint, called, labels=back)
    assert renamed.judged.score == plainly.judged.score
    assert [each.value for each in renamed.intervals] == [each.value for each in plainly.intervals]
    fewer = evaluate(checkpoint, called, labels={**back, "work": ""})
    assert len(fewer.table) == int((frame["label"] != "jobs").sum())
    with pytest.raises(UsageError, match="No row here has the label down"):
        evaluate(checkpoint, called, labels={"down": "prices"})
    with pytest.raises(UsageError, match="The model has no label wages"):
        evaluate(checkpoint, called, labels={"up": "wages"})


def test_strange_names_are_not_set_against_home(checkpoint, tmp_path, capsys):
    frame = pd.DataFrame(made.labelled(150, LABELS, seed=9))
    part = frame.assign(label=frame["label"].replace("jobs", "work"))
    found = evaluate(checkpoint, part)
    assert found.strange == ("work",)
    assert found.transfers == ()
    path = tmp_path / "part.csv"
    part.to_csv(path, index=False)
    assert main(["text", "evaluate", str(checkpoint.folder), str(path)]) == 0
    told = capsys.readouterr().out
    assert "Not set against home" in told
    assert "work" in told
    assert main(["text", "evaluate", str(checkpoint.folder), str(path), "--label", "work=jobs"]) == 0
    assert "Not set against home" not in capsys.readouterr().out


def test_a_second_model_that_lacks_labels_of_the_first_is_told_of(checkpoint):
    data = {**checkpoint.card["data"], "labels": ["jobs", "something else"]}
    other = replace(checkpoint, card={**checkpoint.card, "data": data})
    found = compare(checkpoint, other, pd.DataFrame(made.labelled(60, LABELS, seed=5)))
    assert [note.key for note in found.notes] == ["text_verbs.other_labels"]
    assert "prices" in found.notes[0].text("en")


def test_rows_that_were_learnt_from_say_nothing_of_what_is_lost_away(checkpoint, home):
    learnt = pd.read_csv(home)
    mixed = pd.concat(
        [learnt[["text", "label"]], pd.DataFrame(made.labelled(60, LABELS, seed=11))], ignore_index=True
    )
    found = evaluate(checkpoint, mixed)
    assert found.away
    assert 0 < found.seen_count < len(found.table)
    rest = found.without(found.seen)
    assert found.transfers[0].away.value == rest.score


@pytest.mark.parametrize(
    ("other", "accuracy"), [("out_of_scope", "oos"), ("weather", "weather"), ("none", "none")]
)
def test_another_usual_name_of_what_is_out_of_scope_is_the_models_own(tmp_path, other, accuracy):
    path = tmp_path / "other.csv"
    pd.DataFrame({"text": ["a b", "c d", "e f"], "intent": ["pay", "ask", other]}).to_csv(path, index=False)
    card = {"data": {"labels": ["pay", "ask", "oos"], "outside": "oos", "sha256": "x"}}
    model = SimpleNamespace(task="intent", card=card, reading={"usual": {}}, folder=tmp_path)
    table = rows_to_judge([model], path, None, None)
    assert table.frame["label"].tolist() == ["pay", "ask", accuracy]
    told = [each.key for each in table.notes]
    assert ("text_verbs.outside_here" in told) == (accuracy == "oos")
    assert ("text_corpus.strange_labels" in told) == (accuracy != "oos")
