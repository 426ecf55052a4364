"""What is left as it is, is left whole: nothing below the layers that learn has a gradient."""

from pathlib import Path

import pytest

pytest.importorskip("torch")
pytest.importorskip("transformers")

from longwave.text.learners.encoder_learner import load_encoder
from longwave.text.methods.full import freeze, layers_of

from . import made


@pytest.mark.parametrize("kind", ["bert", "distilbert", "electra", "modernbert", "gpt2"])
def test_no_weight_below_the_layers_learns_where_embeddings_are_left(tmp_path: Path, kind: str) -> None:
    encoder, _ = load_encoder(getattr(made, kind)(tmp_path))
    freeze(encoder, embeddings=True, layers=1)
    first, second = list(layers_of(encoder))[:2]
    learnt = [each for each in encoder.parameters() if each.requires_grad]
    # Else each step would go back through the layers that are left too, for the sake of places or of a norm.
    assert {id(each) for each in second.parameters()} <= {id(each) for each in learnt}
    below = [name for name, each in encoder.named_parameters() if each.requires_grad and "embedding" in name]
    assert below == []
    assert not any(each.requires_grad for each in first.parameters())


def test_layers_alone_leave_the_embeddings_to_learn(tmp_path: Path) -> None:
    encoder, _ = load_encoder(made.bert(tmp_path))
    freeze(encoder, embeddings=False, layers=1)
    assert all(each.requires_grad for each in encoder.embeddings.parameters())
