"""From a file to a checkpoint, and what stands in it."""

import gzip
import json
import os
import shutil
from dataclasses import replace

import pandas as pd
import pytest

torch = pytest.importorskip("torch")

from tests.text.methods import made  # noqa: E402

import longwave as lw  # noqa: E402
from longwave.core.errors import BadInput, DiskFull, LongwaveError, NotEnoughData, UsageError  # noqa: E402
from longwave.text.checkpoints.checkpoint import alike, open_checkpoint, save  # noqa: E402
from longwave.text.checkpoints.judged import compare, evaluate  # noqa: E402
from longwave.text.export.rows import export_rows  # noqa: E402
from longwave.text.finetuned import FinetuneOptions, new_folder, work_folder  # noqa: E402
from longwave.text.listener import Listener  # noqa: E402
from longwave.text.settings.recipe import find_recipe  # noqa: E402

LABELS = ("growth", "prices", "jobs")
QUICK = {
    "learning_rate": 2e-3,
    "num_train_epochs": 6,
    "max_length": 24,
    "threads": 1,
    "per_device_train_batch_size": 16,
}


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return made.bert(tmp_path_factory.mktemp("base"))


@pytest.fixture(scope="module")
def frame():
    return pd.DataFrame(made.labelled(240, LABELS)).rename(columns={"text": "review", "label": "sentiment"})


@pytest.fixture(scope="module")
def checkpoint(base, frame, tmp_path_factory):
    out = tmp_path_factory.mktemp("models") / "model"
    return lw.text.finetune(frame, task="classify", out=out, base=str(base), floors="linear", **QUICK)


def test_a_model_knows_the_columns_of_the_frame_it_was_made_from(frame, base, tmp_path):
    mine = frame.rename(columns={"review": "zz body", "sentiment": "kk"})
    made = lw.text.finetune(
        mine, task="classify", out=tmp_path / "model", base=str(base), recipe="frozen", max_length=24, threads=1,
        columns={"text": "zz body", "label": "kk"}, **PLAIN,
    )  # fmt: skip
    again = open_checkpoint(made.folder)
    told = again.predict(mine.head(3)[["zz body"]])
    assert told.index.tolist() == mine.index[:3].tolist()
    assert again.predict(mine["zz body"].head(3)).equals(told)
    assert again.predict(mine.head(3).to_dict("records"))["label"].tolist() == told["label"].tolist()
    other = again.predict(mine.head(3).rename(columns={"zz body": "words"}), columns={"text": "words"})
    assert other["label"].tolist() == told["label"].tolist()


def test_a_model_from_a_frame_in_one_call(checkpoint, frame):
    told = checkpoint.predict(["the minister said inflation today dear", "hiring today hiring"])
    assert told["label"].tolist() == ["prices", "jobs"]
    assert checkpoint.card["headline"] == "macro_f1"
    told = checkpoint.predict(["hiring today hiring", None])
    assert told["label"].tolist()[0] == "jobs"
    assert told.iloc[1].isna().all()
    # Judged on its own test, and shipped, without the frame being given again; read from its folder it has only the card.
    rows = export_rows(checkpoint, None)
    assert rows is not None
    assert len(rows.test) == checkpoint.card["data"]["rows"]["test"]
    assert export_rows(lw.text.open_checkpoint(checkpoint.folder), None) is None


def test_the_card_holds_floors_with_intervals_and_what_was_learnt_from(checkpoint):
    card = json.loads((checkpoint.folder / "card.json").read_text("utf-8"))
    headline = [each for each in card["scores"] if each["headline"] and each["rows"] == "test"]
    assert {each["model"] for each in headline} == {"majority", "linear", "frozen", "finetuned"}
    assert all(each["low"] <= each["value"] <= each["high"] for each in headline)
    assert sum(card["data"]["rows"].values()) == 240
    assert card["data"]["labels"] == sorted(LABELS)
    assert card["recipe"]["num_train_epochs"] == 6
    assert {each["against"] for each in card["differences"]} == {"majority", "linear", "frozen"}
    assert card["machine"]["processor"]
    assert all(each["en"] and each["zh"] for each in card["data"]["notes"])


def test_the_folder_is_one_that_transformers_loads(checkpoint):
    from transformers import AutoModel

    encoder = AutoModel.from_pretrained(checkpoint.folder, add_pooling_layer=False)
    mine = checkpoint.learner.model.encoder.state_dict()
    assert all(torch.equal(value, mine[name]) for name, value in encoder.state_dict().items())


def test_answers_of_every_model_are_kept_without_the_texts(checkpoint):
    with gzip.open(checkpoint.folder / "answers.jsonl.gz", "rt", encoding="utf-8") as file:
        lines = [json.loads(line) for line in file]
    assert len(lines) == checkpoint.card["data"]["rows"]["test"]
    assert set(lines[0]) == {"id", "majority", "linear", "frozen", "finetuned"}


def test_read_back_it_answers_alike(checkpoint):
    rows = [{"text": text} for text in ("wages in march", "", "🙂", "价格上涨", "x" * 100_000)]
    again = open_checkpoint(checkpoint.folder)
    assert alike(checkpoint.answers(rows), again.answers(rows))


def test_a_broken_save_leaves_the_old_checkpoint(checkpoint, tmp_path, monkeypatch):
    folder = tmp_path / "model"
    shutil.copytree(checkpoint.folder, folder)
    before = {each.name: each.read_bytes() for each in folder.iterdir()}

    def full(path):
        (path / "model.safetensors").write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(checkpoint.learner, "save", full)
    with pytest.raises(OSError, match="No space"):
        save(checkpoint.learner, {}, folder)
    assert {each.name: each.read_bytes() for each in folder.iterdir()} == before
    assert [each.name for each in tmp_path.iterdir()] == ["model"]


def test_records_that_cannot_be_written_leave_the_old_checkpoint(checkpoint, tmp_path):
    folder = tmp_path / "model"
    shutil.copytree(checkpoint.folder, folder)
    before = {each.name: each.read_bytes() for each in folder.iterdir()}

    def full(path):
        (path / "learnt.json").write_bytes(b"half")
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        save(checkpoint.learner, checkpoint.card, folder, full)
    assert {each.name: each.read_bytes() for each in folder.iterdir()} == before
    assert [each.name for each in tmp_path.iterdir()] == ["model"]


def test_what_is_kept_beside_the_model_is_written_before_it_has_its_name(base, frame, tmp_path, monkeypatch):
    from longwave.text import finetuned

    def full(history, path):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(finetuned, "write_history", full)
    with pytest.raises(DiskFull, match="no room"):
        lw.text.finetune(
            frame, task="classify", out=tmp_path / "model", base=str(base), recipe="frozen", max_length=24,
            threads=1, **PLAIN
        )  # fmt: skip
    assert not (tmp_path / "model").exists()


@pytest.fixture
def copied(checkpoint, tmp_path):
    shutil.copytree(checkpoint.folder, tmp_path / "model")
    return tmp_path / "model"


@pytest.mark.parametrize("name", ["model.safetensors", "head.safetensors"])
def test_truncated_weights_are_named(copied, name):
    data = (copied / name).read_bytes()
    (copied / name).write_bytes(data[: len(data) // 2])
    with pytest.raises(BadInput) as caught:
        open_checkpoint(copied)
    assert name in str(caught.value.message)
    assert caught.value.mend is not None


@pytest.mark.parametrize("name", ["card.json", "head.json", "recipe.toml", "tokenizer.json"])
def test_a_file_that_is_missing_or_garbled_is_named(copied, name):
    (copied / name).write_text("{garbled", "utf-8")
    with pytest.raises(LongwaveError):
        open_checkpoint(copied).answers([{"text": "wages"}])
    (copied / name).unlink()
    with pytest.raises(LongwaveError):
        open_checkpoint(copied).answers([{"text": "wages"}])


def test_a_pickle_is_not_opened(copied):
    (copied / "pytorch_model.bin").write_bytes(b"\x80\x04cos\nsystem\n")
    with pytest.raises(BadInput, match=r"pytorch_model\.bin"):
        open_checkpoint(copied)


def test_a_folder_that_is_no_checkpoint(tmp_path):
    with pytest.raises(BadInput):
        open_checkpoint(tmp_path)


def test_elsewhere_it_is_judged_beside_its_score_at_home(checkpoint):
    other = pd.DataFrame(made.labelled(90, (*LABELS, "trade"), seed=5))
    found = evaluate(checkpoint, other)
    assert found.home is not None
    assert found.judged.metrics["accuracy"].point < 0.9  # a label that it never saw
    assert any("trade" in str(note) for note in found.table.notes)


def test_one_label_alone_can_be_judged(checkpoint):
    only = pd.DataFrame([row for row in made.labelled(60, LABELS, seed=6) if row["label"] == "jobs"])
    assert evaluate(checkpoint, only).judged.metrics["accuracy"].point > 0.8


def test_a_model_does_not_differ_from_itself(checkpoint):
    _, _, gaps, *_ = compare(checkpoint, checkpoint, pd.DataFrame(made.labelled(60, LABELS, seed=7)))
    assert gaps
    assert all(each.value == 0 and each.better == "" for each in gaps)


def test_what_is_no_checkpoint_is_not_replaced(frame, base, tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work", "utf-8")
    with pytest.raises(UsageError):
        lw.text.finetune(frame, task="classify", out=tmp_path, base=str(base), **QUICK)
    frame.to_csv(tmp_path / "rows.csv", index=False)
    (tmp_path / "card.json").write_text("{}", "utf-8")
    with pytest.raises(UsageError):
        lw.text.finetune(tmp_path / "rows.csv", task="classify", out=tmp_path, base=str(base), **QUICK)
    assert {each.name for each in tmp_path.iterdir()} == {"thesis.txt", "rows.csv", "card.json"}


def test_another_run_is_not_gone_on_with(frame, base, tmp_path):
    work = tmp_path / ".model.work"
    work.mkdir()
    (work / "run.txt").write_text("of another recipe", "utf-8")
    given = {
        "task": "classify",
        "out": tmp_path / "model",
        "base": str(base),
        "floors": "none",
        "robust": False,
        **QUICK,
    }
    with pytest.raises(UsageError):
        lw.text.finetune(frame, resume=True, **given)
    assert lw.text.finetune(frame, **given).task == "classify"
    assert not work.exists()


def test_half_precision_is_kept_in_whole_numbers(frame, base, tmp_path):
    made_here = lw.text.finetune(
        frame, task="classify", out=tmp_path / "model", base=str(base), floors="none", robust=False,
        precision="bf16", **QUICK,
    )  # fmt: skip
    rows = [{"text": "inflation today"}]
    assert alike(made_here.answers(rows), open_checkpoint(tmp_path / "model").answers(rows))


def test_a_setting_with_a_line_break_is_read_back(tmp_path):
    from longwave.text.settings.recipe import Recipe, read_recipe

    recipe = Recipe(prefix='tell "it"\n\tin short\x7f: \\ 摘要')
    (tmp_path / "recipe.toml").write_text(recipe.toml(), "utf-8")
    assert read_recipe(tmp_path / "recipe.toml").prefix == recipe.prefix


@pytest.mark.parametrize(
    ("settings", "error"),
    [
        ({"learning_rat": 1e-4}, UsageError),
        ({"recipe": "lorra"}, UsageError),
        ({"base": "no/such-model-anywhere"}, UsageError),
        ({"num_train_epochs": -1}, UsageError),
        ({"long": "middle"}, UsageError),
        ({"columns": {"text": "revue"}}, UsageError),
        ({"task": "clasify"}, UsageError),
    ],
    ids=lambda each: str(each),
)
def test_what_is_mistyped_is_named_before_any_work(frame, tmp_path, settings, error, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    given = {"task": "classify", "out": tmp_path / "model", **settings}
    with pytest.raises(error):
        lw.text.finetune(frame, **given)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "rows",
    [[], [{"text": "a", "label": "x"}] * 40, [{"text": None, "label": "x"}, {"text": "", "label": "y"}]],
    ids=["empty", "one class", "no text"],
)
def test_data_that_cannot_be_learnt_from(rows, tmp_path):
    with pytest.raises(LongwaveError):
        lw.text.finetune(
            pd.DataFrame(rows, columns=["text", "label"]), task="classify", out=tmp_path / "model"
        )


def test_too_few_rows_to_hold_any_out(base, tmp_path):
    rows = pd.DataFrame(made.labelled(4, LABELS))
    with pytest.raises((NotEnoughData, BadInput)):
        lw.text.finetune(rows, task="classify", out=tmp_path / "model", base=str(base), **QUICK)


PLAIN = {"floors": "none", "robust": False}


def test_another_seed_is_judged_on_the_same_rows(checkpoint, frame, base, tmp_path):
    def ids(folder):
        with gzip.open(folder / "answers.jsonl.gz", "rt", encoding="utf-8") as file:
            return [json.loads(line)["id"] for line in file]

    other = lw.text.finetune(
        frame, task="classify", out=tmp_path / "model", base=str(base), seed=7, **PLAIN, **QUICK
    )
    assert ids(other.folder) == ids(checkpoint.folder)
    assert other.card["data"]["split_seed"] == checkpoint.card["data"]["split_seed"] == 1
    assert other.recipe.seed == 7


def test_without_a_folder_there_is_one_in_the_working_directory(frame, base, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    first, second = (
        lw.text.finetune(
            frame, task="classify", recipe="frozen", base=str(base), max_length=24, threads=1, **PLAIN
        )
        for _ in range(2)
    )
    assert [first.folder.name, second.folder.name] == ["classify-frozen", "classify-frozen-2"]
    assert sorted(each.name for each in tmp_path.iterdir()) == ["classify-frozen", "classify-frozen-2"]
    assert first.predict(["hiring today hiring"])["label"].tolist() == ["jobs"]
    assert first.card["task"] == "classify"


def test_two_runs_at_once_have_two_folders(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    chosen = find_recipe("lora")
    assert new_folder("classify", chosen, resume=True).name == "classify-lora"
    work_folder(tmp_path / "classify-lora").mkdir()
    assert new_folder("classify", chosen, resume=False).name == "classify-lora-2"
    work_folder(tmp_path / "classify-lora-small").mkdir()  # of another recipe, and later
    assert new_folder("classify", chosen, resume=True).name == "classify-lora"
    work_folder(tmp_path / "classify-lora-2").mkdir()
    os.utime(work_folder(tmp_path / "classify-lora"), (1, 1))
    assert new_folder("classify", chosen, resume=True).name == "classify-lora-2"


def test_rows_without_a_text_have_their_line_among_the_answers(checkpoint):
    told = checkpoint.predict(
        pd.DataFrame({"review": ["inflation again", None, float("nan"), "", "hiring wages"]})
    )
    assert told["label"].notna().tolist() == [True, False, False, False, True]
    assert checkpoint.predict(["inflation again"])["label"].tolist() == ["prices"]
    with pytest.raises(LongwaveError):
        checkpoint.predict(pd.DataFrame({"number": [1, 2]}))


def test_a_sentence_is_cut_into_words_for_tags(base, tmp_path):
    rows = pd.DataFrame(made.tagged(80))
    tagger = lw.text.finetune(
        rows, task="entities", out=tmp_path / "ner", base=str(base), recipe="frozen", max_length=24, threads=1, **PLAIN
    )  # fmt: skip
    told = tagger.predict(["the minister said Oslo again"])
    assert len(told["tags"][0]) == 5
    words = {"sentence_id": [4, 4, 7], "word": ["said", "Oslo", "again"]}
    by_token = tagger.predict(pd.DataFrame(words))
    assert [len(tags) for tags in by_token["tags"]] == [2, 1]
    assert by_token.index.tolist() == ["4", "7"]


def test_a_card_that_names_no_base_is_refused(copied):
    card = json.loads((copied / "card.json").read_text("utf-8"))
    for base in (None, "all-MiniLM-L6-v2"):
        (copied / "card.json").write_text(json.dumps({**card, "base": base}), "utf-8")
        with pytest.raises(BadInput):
            open_checkpoint(copied).answers([{"text": "wages"}])


def told_by(frame, folder, base, **more):
    notes = []
    listener = Listener(note=lambda note: notes.append(note.key))
    lw.text.finetune(
        frame, task="classify", out=folder, base=str(base), listener=listener, **PLAIN, **QUICK, **more
    )
    return notes


def test_what_was_left_off_is_told(frame, base, tmp_path):
    assert told_by(frame, tmp_path / "one", base, resume=True) == ["text_engine.nothing_left"]
    work_folder(tmp_path / "two").mkdir()
    assert told_by(frame, tmp_path / "two", base) == ["text_engine.thrown_away"]
    assert told_by(frame, tmp_path / "two", base) == []


def test_what_will_be_thrown_away_is_told_before_a_row_is_read(frame, base, tmp_path):
    work_folder(tmp_path / "model").mkdir()
    told = []
    listener = Listener(
        prepared=lambda prepared: told.append("read"), note=lambda note: told.append(note.key)
    )
    lw.text.finetune(
        frame, task="classify", out=tmp_path / "model", base=str(base), listener=listener, **PLAIN, **QUICK
    )
    assert told[:2] == ["text_engine.thrown_away", "read"]


def test_a_link_stays_one_and_its_folder_is_written(frame, base, tmp_path):
    given = {
        "task": "classify",
        "base": str(base),
        "recipe": "frozen",
        "max_length": 24,
        "threads": 1,
        **PLAIN,
    }
    (tmp_path / "disk").mkdir()
    (tmp_path / "model").symlink_to(tmp_path / "disk" / "model")
    kept = lw.text.finetune(frame, out=tmp_path / "model", **given)
    assert (tmp_path / "model").is_symlink()
    assert kept.folder == tmp_path / "disk" / "model"
    lw.text.finetune(frame, out=tmp_path / "model", **given)
    assert (tmp_path / "model").is_symlink()
    assert (tmp_path / "disk" / "model" / "card.json").is_file()


def test_a_file_is_no_place_for_a_model(frame, tmp_path):
    (tmp_path / "small.csv").write_text("text,label")
    with pytest.raises(UsageError, match=r"small\.csv is a file"):
        lw.text.finetune(frame, task="classify", out=tmp_path / "small.csv")


def test_a_change_that_changes_hardly_a_row_is_not_judged(frame, base, tmp_path):
    same = frame.assign(review=frame["review"].str.replace(r"[^a-z ]", "", regex=True))
    kept = lw.text.finetune(
        same, task="classify", out=tmp_path / "model", base=str(base), recipe="frozen", max_length=24, threads=1,
        floors="none",
    )  # fmt: skip
    careless = {each["kind"]: each for each in kept.card["robustness"]}
    assert not {"lower", "no_punctuation"} & set(careless)
    assert careless["upper"]["rows_changed"] == careless["upper"]["rows"]


def test_a_budget_belongs_to_the_run(frame, base, tmp_path):
    def stop(label, done, total):
        if label.key == "text_engine.training":
            raise KeyboardInterrupt

    given = {"task": "classify", "out": tmp_path / "model", "base": str(base), **PLAIN, **QUICK}
    with pytest.raises(KeyboardInterrupt):
        lw.text.finetune(frame, budget=600.0, listener=Listener(progress=stop), **given)
    assert (work_folder(tmp_path / "model") / "plan.json").is_file()
    with pytest.raises(UsageError):
        lw.text.finetune(frame, budget=60.0, resume=True, **given)
    assert lw.text.finetune(frame, budget=600.0, resume=True, **given).task == "classify"


@pytest.fixture(scope="module")
def old(base, tmp_path_factory):
    folder = tmp_path_factory.mktemp("old")
    pd.DataFrame(made.labelled(120, ("growth", "prices"))).to_csv(folder / "old.csv", index=False)
    pd.DataFrame(made.labelled(120, ("jobs", "trade"), seed=5)).to_csv(folder / "new.csv", index=False)
    lw.text.finetune(
        folder / "old.csv", task="classify", out=folder / "model", base=str(base), **PLAIN, **QUICK
    )
    return folder


def on_from(old, out, **more):
    return lw.text.finetune(
        old / "new.csv", task="classify", out=out, recipe="continual", base=str(old / "model"), **PLAIN, **QUICK, **more
    )  # fmt: skip


def test_learning_on_replays_the_file_that_the_card_names_and_measures_what_is_forgotten(old, tmp_path):
    notes = []
    later = on_from(old, tmp_path / "later", listener=Listener(note=notes.append))
    kept = later.card["forgetting"]
    assert kept["rows"] > 0
    [lost] = [each for each in kept["lost"] if each["name"] == "macro_f1"]
    assert lost["b"] > 0.8  # before
    assert lost["interval"]["low"] <= lost["difference"] <= lost["interval"]["high"]
    assert [each.key for each in notes] == ["text_methods.forgotten"]
    assert any("Forgotten" in each["en"] for each in later.card["notes"])
    assert set(later.card["data"]["labels"]) == {"growth", "prices", "jobs", "trade"}
    assert later.card["rows_learnt"] > later.card["data"]["rows"]["train"]
    assert set(later.predict(["inflation prices", "hiring wages"])["label"]) <= {
        "growth",
        "prices",
        "jobs",
        "trade",
    }


def test_what_is_out_of_scope_stays_so_in_model_card_and_recipe(base, tmp_path):
    """The new rows hold none of it; how the checkpoint reads is kept too, and said."""
    scope = {"trade": "strange", "growth": "growth", "prices": "prices", "jobs": "jobs"}

    def rows(labels, seed):
        made_rows = made.labelled(150, labels, seed)
        return pd.DataFrame([{**row, "label": scope[row["label"]]} for row in made_rows])

    rows(("growth", "prices", "trade"), 0).to_csv(tmp_path / "old.csv", index=False)
    given = {"task": "intent", **PLAIN, **QUICK}
    first = lw.text.finetune(
        tmp_path / "old.csv",
        out=tmp_path / "old",
        base=str(base),
        out_of_scope="strange",
        pool="max",
        **given,
    )
    notes = []
    later = lw.text.finetune(
        rows(("jobs", "growth"), 5), out=tmp_path / "new", recipe="continual", base=str(first.folder), replay=0.0,
        listener=Listener(note=notes.append), **given
    )  # fmt: skip
    head = json.loads((later.folder / "head.json").read_text("utf-8"))["head"]
    assert head["outside"] == later.card["data"]["outside"] == later.recipe.out_of_scope == "strange"
    assert (later.recipe.pool, later.recipe.max_length) == ("max", QUICK["max_length"])
    assert [each.key for each in notes if "taken" in each.key] == ["text_methods.taken_over"]
    strange = [{"text": "again exports today tariff"}, {"text": "this year port in march tariff"}]
    assert all(
        each["in_scope"] == pytest.approx(1 - each["scores"]["strange"]) for each in later.answers(strange)
    )
    with pytest.raises(UsageError, match="pool = max"):
        lw.text.finetune(
            tmp_path / "old.csv", out=tmp_path / "x", recipe="continual", base=str(first.folder), pool="mean", **given
        )  # fmt: skip


def test_old_rows_in_the_new_test_are_left_out_of_the_clean_score(old, tmp_path):
    """The base has learnt them, though they stand nowhere among the new train rows."""
    known = pd.read_csv(old / "old.csv").drop_duplicates("text").head(20).assign(split="test")
    fresh = pd.read_csv(old / "new.csv")
    fresh = fresh.assign(split=["train", "train", "train", "dev", "test"] * (len(fresh) // 5))
    pd.concat([fresh, known]).to_csv(tmp_path / "new.csv", index=False)
    found = []
    later = lw.text.finetune(
        tmp_path / "new.csv", task="classify", out=tmp_path / "later", recipe="continual", base=str(old / "model"),
        replay=0.0, listener=Listener(prepared=found.append), **PLAIN, **QUICK
    )  # fmt: skip
    [prepared] = found
    told = prepared.found.of("learnt_before_test")
    assert told.severity == "serious"
    assert 10 <= told.count <= 20  # the rows of the old test were not learnt from
    assert later.card["data"]["clean_test"] <= later.card["data"]["rows"]["test"] - told.count
    assert {row["n"] for row in later.card["scores"] if row["rows"] == "clean"} == {
        later.card["data"]["clean_test"]
    }


def test_without_the_old_rows_nothing_is_replayed_in_silence(old, base, tmp_path):
    shutil.copytree(old, tmp_path / "moved")
    moved = tmp_path / "moved"
    card = json.loads((moved / "model" / "card.json").read_text("utf-8"))
    card["data"]["read"] = None
    (moved / "model" / "card.json").write_text(json.dumps(card), "utf-8")
    with pytest.raises(UsageError) as caught:
        on_from(moved, tmp_path / "out")
    assert "--previous" in str(caught.value.mend)
    assert not (tmp_path / "out").exists()
    notes = []
    plain = on_from(
        moved, tmp_path / "out", replay=0.0, listener=Listener(note=lambda each: notes.append(each.key))
    )
    assert notes == ["text_methods.forgetting_unknown"]
    assert plain.card["forgetting"] == {}
    given = on_from(moved, tmp_path / "given", previous=moved / "old.csv")
    assert given.card["forgetting"]["rows"] > 0
    with pytest.raises(UsageError):
        lw.text.finetune(
            old / "new.csv", task="classify", out=tmp_path / "x", base=str(base), previous=old / "old.csv"
        )


def test_a_careless_hand_is_tried_on_rows_by_lot(base, tmp_path, monkeypatch):
    """In a file sorted by label the first rows are of one label."""
    from longwave.text import finetuned

    rows = sorted(made.labelled(400, LABELS), key=lambda row: row["label"])
    parts = ["train", "dev", "test", "test"] * 100
    held, real = [], finetuned.perturbed
    monkeypatch.setattr(finetuned, "_MOST_PERTURBED", 60)
    monkeypatch.setattr(finetuned, "perturbed", lambda table, *told: held.append(table) or real(table, *told))
    given = {**PLAIN, "robust": True}
    lw.text.finetune(
        pd.DataFrame(rows).assign(split=parts), task="classify", out=tmp_path / "model", base=str(base),
        recipe="frozen", max_length=24, threads=1, **given
    )  # fmt: skip
    assert [len(each) for each in held] == [60] * len(held)
    assert set(held[0].frame["label"]) == set(LABELS)


def test_what_the_caller_has_set_of_threads_is_left_as_it_was(base, frame, tmp_path):
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        lw.text.finetune(
            frame, task="classify", out=tmp_path / "model", base=str(base), recipe="frozen", max_length=24,
            threads=1, **PLAIN
        )  # fmt: skip
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)


def test_answers_stand_under_the_rows_own_index(checkpoint):
    rows = pd.DataFrame({"text": ["inflation again", "", "hiring wages"]}, index=[7, 9, 2])
    assert rows.assign(told=checkpoint.predict(rows)["label"])["told"].tolist()[::2] == ["prices", "jobs"]


def test_files_of_a_recipe_are_found_from_anywhere(base, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(base.parent)
    (tmp_path / "old").mkdir()
    given = {"teacher": "~/old", "translators": ("there", "~/back"), "descriptions": "labels.toml"}
    made_of = FinetuneOptions(base=base.name, settings=given).settled()
    assert made_of.base == str(base)
    assert made_of.teacher == str(tmp_path / "old")
    assert made_of.translators == (str(base.parent / "there"), str(tmp_path / "back"))
    assert made_of.descriptions == str(base.parent / "labels.toml")
    (base.parent / "scratch").mkdir(exist_ok=True)
    for name in ("", "scratch", "someone/of-the-hub"):
        assert FinetuneOptions(base=name).settled().base == name


def test_a_model_that_cannot_teach_is_refused_before_a_row_is_read(copied, base, tmp_path):
    def refused():
        with pytest.raises(UsageError) as caught:
            lw.text.finetune(
                tmp_path / "none.csv", task="classify", out=tmp_path / "student", teacher=str(copied)
            )
        assert caught.value.message.key == "text_export.no_teacher"

    (copied / "recipe.toml").write_text(
        replace(open_checkpoint(copied).recipe, stack="linear").toml(), "utf-8"
    )
    refused()


def test_a_method_without_rows_has_no_simple_model_beside(base, tmp_path):
    rows = pd.DataFrame(made.labelled(60, LABELS)).assign(split="test")
    notes = []
    kept = lw.text.finetune(
        rows, task="classify", out=tmp_path / "model", base=str(base), recipe="zero_shot", max_length=24, threads=1,
        robust=False, listener=Listener(note=lambda each: notes.append(each.key))
    )  # fmt: skip
    assert "text_engine.no_floors" in notes
    assert {each["model"] for each in kept.card["scores"]} == {"finetuned"}


def test_the_first_sentences_stand_beside_a_summariser(base, tmp_path):
    """In the card with an interval, compared with the model, and named in either language while they are made."""
    from longwave.workflows.text.card_page import document, headline_rows, model_name

    lines = ["Growth rose today.", "Prices fell in march.", "Nobody knows why.", "Jobs were many."]
    rows = pd.DataFrame(
        {
            "text": [" ".join(lines[k % 4 :] + lines[: k % 4] + [f"It was day {k}."]) for k in range(60)],
            "summary": [f"{lines[k % 4]} It was day {k}." for k in range(60)],
        }
    )
    said = []
    kept = lw.text.finetune(
        rows, task="summarise", out=tmp_path / "model", base=str(base), threads=1, robust=False,
        listener=Listener(progress=lambda message, *rest: said.append(message))
    )  # fmt: skip
    shown = headline_rows(kept.card, "test")
    assert [each["model"] for each in shown] == ["lead", "finetuned"]
    assert all(each["low"] <= each["value"] <= each["high"] for each in shown)
    assert [each["against"] for each in kept.card["differences"]] == ["lead"]
    assert model_name("lead", kept.card).text("zh") == "取开头几句"
    assert document(kept.card).sections[0].charts
    told = {each.text("zh") for each in said if each.key == "text_engine.floor"}
    assert told == {"正在计算基线：取开头几句"}


def test_a_base_beside_is_found_from_any_working_directory(frame, base, tmp_path, monkeypatch):
    monkeypatch.chdir(base.parent)
    lw.text.finetune(
        frame, task="classify", out=tmp_path / "model", base=base.name, recipe="frozen", max_length=24, threads=1, **PLAIN
    )  # fmt: skip
    monkeypatch.chdir(tmp_path)
    assert open_checkpoint(tmp_path / "model").predict(["hiring wages"])["label"].tolist() == ["jobs"]


def test_nothing_is_fetched_while_a_checkpoint_is_opened(frame, base, tmp_path, monkeypatch):
    import huggingface_hub

    lw.text.finetune(
        frame, task="classify", out=tmp_path / "model", base=str(base), recipe="frozen", max_length=24, threads=1, **PLAIN
    )  # fmt: skip
    card = json.loads((tmp_path / "model" / "card.json").read_text("utf-8"))
    card["base"]["name"] = "nobody/such-a-base"
    (tmp_path / "model" / "card.json").write_text(json.dumps(card), "utf-8")
    asked, real = [], huggingface_hub.snapshot_download
    monkeypatch.setattr(
        huggingface_hub, "snapshot_download", lambda *told, **more: asked.append(more) or real(*told, **more)
    )
    with pytest.raises(BadInput):
        open_checkpoint(tmp_path / "model").answers([{"text": "wages"}])
    assert asked and all(each["local_files_only"] for each in asked)


def test_a_checkpoint_can_be_read_by_whoever_can_read_its_card(checkpoint):
    wanted = (checkpoint.folder / "card.json").stat().st_mode
    assert {each.stat().st_mode for each in checkpoint.folder.rglob("*.safetensors")} == {wanted}
    assert open_checkpoint(str(checkpoint.folder)).task == "classify"


def test_continual_learning_goes_on_with_the_same_task_only(checkpoint, frame, tmp_path):
    with pytest.raises(UsageError, match="classify"):
        lw.text.finetune(
            frame, task="entities", out=tmp_path / "m", recipe="continual", base=str(checkpoint.folder)
        )
    assert not list(tmp_path.iterdir())


def test_a_model_reads_the_columns_that_it_learnt_from_whatever_else_stands_beside(frame, base, tmp_path):
    plain = frame.rename(columns={"review": "text", "sentiment": "label"})
    model = lw.text.finetune(
        plain, task="classify", out=tmp_path / "m", base=str(base), recipe="frozen", threads=1, **PLAIN
    )
    assert model.card["data"]["columns"] == {"text": "text", "label": "label"}
    wanted = model.predict(plain)["label"].tolist()
    more = plain.assign(title="late delivery courier parcel", content="nothing of the kind", subject="hello")
    assert model.predict(more)["label"].tolist() == wanted
    assert evaluate(model, more).judged.score == pytest.approx(evaluate(model, plain).judged.score)


def test_a_title_is_read_above_its_text_by_what_is_shipped_too(frame, base, tmp_path):
    from longwave.text.portable.predictor import Predictor

    pytest.importorskip("onnxruntime")
    titled = frame.rename(columns={"review": "title", "sentiment": "label"}).assign(
        text="please see the attached note"
    )
    model = lw.text.finetune(
        titled, task="classify", out=tmp_path / "m", base=str(base), recipe="frozen", threads=1, **PLAIN
    )
    assert model.card["data"]["columns"]["text"] == "title+text"
    shipped = Predictor(model.export("onnx", tmp_path / "shipped").folder)
    told = shipped.predict([{"title": row.title, "text": row.text} for row in titled.itertuples()])
    assert [each["label"] for each in told] == model.predict(titled)["label"].tolist()
    untitled = titled.drop(columns="title")
    told = shipped.predict(untitled["text"].tolist())
    assert [each["label"] for each in told] == model.predict(untitled)["label"].tolist()


def test_a_base_that_was_moved_is_found_beside_the_checkpoint(frame, tmp_path):
    moved = made.bert(tmp_path / "somewhere" / "mybase")
    model = lw.text.finetune(
        frame,
        task="classify",
        out=tmp_path / "models" / "m",
        base=str(moved),
        recipe="frozen",
        threads=1,
        **PLAIN,
    )
    wanted = model.predict(["inflation again", "hiring wages"])
    (tmp_path / "somewhere").rename(tmp_path / "gone")
    with pytest.raises(BadInput, match="not on this machine") as caught:
        open_checkpoint(model.folder).predict(["inflation again"])
    assert str(tmp_path / "models" / "mybase") in caught.value.mend.text("en")
    shutil.copytree(tmp_path / "gone" / "mybase", tmp_path / "models" / "mybase")
    pd.testing.assert_frame_equal(
        open_checkpoint(model.folder).predict(["inflation again", "hiring wages"]), wanted
    )
