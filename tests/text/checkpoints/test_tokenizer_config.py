"""How long a text an encoder reads at once: not every position is a token's."""

from types import SimpleNamespace

import pytest

pytest.importorskip("tokenizers")

from longwave.text.checkpoints.tokenizer_config import positions


@pytest.mark.parametrize(
    ("kind", "places", "tokens"),
    [
        ("bert", 512, 512),
        ("roberta", 514, 512),
        ("mpnet", 514, 512),
        ("xlm-roberta-xl", 514, 512),
        ("x", 0, 512),
    ],
)
def test_the_first_two_positions_of_some_kinds_are_no_tokens(kind: str, places: int, tokens: int) -> None:
    assert positions(SimpleNamespace(model_type=kind, max_position_embeddings=places)) == tokens
