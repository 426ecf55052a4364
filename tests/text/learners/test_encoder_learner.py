"""A checkpoint's encoder and tokenizer: what is broken is named by its own folder."""

from __future__ import annotations

from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

from tests.text.methods import made  # noqa: E402

from longwave.core.errors import BadInput  # noqa: E402
from longwave.text.checkpoints.checkpoint import save  # noqa: E402
from longwave.text.learners.encoder_learner import load_encoder  # noqa: E402


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made.bert(tmp_path_factory.mktemp("base"))


@pytest.mark.parametrize("written", [None, "", '{"model": {"ty', "{}", "[]"])
def test_a_broken_tokenizer_of_a_checkpoint_is_not_blamed_on_its_base(
    base: Path, tmp_path: Path, written: str | None
) -> None:
    checkpoint = tmp_path / "checkpoint"
    checkpoint.mkdir()
    if written is not None:
        (checkpoint / "tokenizer.json").write_text(written)
    with pytest.raises(BadInput, match=r"checkpoint has no tokenizer\.json that can be read") as caught:
        load_encoder(base, tokenizer_of=checkpoint)
    assert str(base) not in str(caught.value)
    assert caught.value.mend is not None
    assert "fine-tune again" in caught.value.mend.text()


def test_a_base_without_weights_is_no_encoder(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be used as an encoder"):
        load_encoder(tmp_path)


@pytest.mark.parametrize("letters", [0, 4])
def test_word_forms_are_as_wide_as_the_embeddings_that_they_are_added_to(
    tmp_path: Path, letters: int
) -> None:
    base = made.electra(tmp_path / "base")
    rows = made.table("entities", made.tagged(30), ("O", "B-PLACE"))
    trained = made.learnt(rows, made.recipe(base, "full", letters=letters, num_train_epochs=1), tmp_path)
    kept = save(trained.learner, {}, tmp_path / "kept")
    some = rows.rows()[:3]
    assert [each["tags"] for each in kept.answers(some)] == [
        each["tags"] for each in trained.learner.predict(some)
    ]


@pytest.mark.parametrize("kind", ["bert", "distilbert"])
@pytest.mark.parametrize("method", ["full", "frozen"])
def test_a_checkpoint_s_tokenizer_is_whole_for_transformers(tmp_path: Path, kind: str, method: str) -> None:
    from transformers import AutoTokenizer

    base = getattr(made, kind)(tmp_path / "base")
    rows = made.table("classify", made.labelled(20, ("growth", "prices")), ("growth", "prices"))
    learner = made.started(rows, made.recipe(base, method))
    folder = tmp_path / "kept"
    folder.mkdir()
    learner.save(folder)
    (folder / "config.json").write_text((base / "config.json").read_text())
    loaded = AutoTokenizer.from_pretrained(folder)
    assert (loaded.pad_token, loaded.cls_token, loaded.sep_token) == ("[PAD]", "[CLS]", "[SEP]")
    assert loaded.model_max_length == learner.model.encoder.config.max_position_embeddings
    told = loaded(["prices today", "growth"], padding=True)
    assert told["input_ids"][0] == learner.tokenizer.encode("prices today").ids
    assert ("token_type_ids" in told) == (kind == "bert")
