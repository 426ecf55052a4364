"""A checkpoint's encoder and tokenizer: what is broken is named by its own folder."""

from __future__ import annotations

from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

from tests.text.methods import made  # noqa: E402

from longwave.core.errors import BadInput  # noqa: E402
from longwave.text.encoder_learner import load_encoder  # noqa: E402


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
