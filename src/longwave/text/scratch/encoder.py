"""A small encoder with new weights, for a language that the base which comes along does not read.

Of ModernBERT's kind (Warner et al. 2024: places by rotation, norms before each part). All layers but the last see near
neighbours only: what a sign means its neighbours say, and few rows do not teach where to look.

It knows nothing but the given rows, and seldom beats character n-grams with a linear model where rows are few: the card
shows both.
"""

from __future__ import annotations

from typing import Any

from tokenizers import Tokenizer

from longwave.text.scratch.tokenizer import reading_tokenizer
from longwave.text.settings.recipe import Recipe
from longwave.text.table import TextTable

POSITIONS = 1024
HEAD_WIDTH = 32
NEIGHBOURS = 4
"""Tokens to either side that the lower layers see: what a word is, its neighbours say, and few rows do not teach that."""


def scratch_encoder(table: TextTable, recipe: Recipe) -> tuple[Any, Tokenizer]:
    """New weights by the recipe's seed, and a tokenizer learnt from the rows' texts. recipe: settled."""
    import torch
    from transformers import ModernBertConfig, ModernBertModel

    tokenizer = reading_tokenizer(table.texts(), recipe.scratch_vocabulary)
    torch.manual_seed(recipe.seed)
    width, layers = recipe.scratch_hidden, recipe.scratch_layers
    config = ModernBertConfig(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=width,
        intermediate_size=2 * width,
        num_hidden_layers=layers,
        num_attention_heads=width // HEAD_WIDTH,
        max_position_embeddings=POSITIONS,
        layer_types=["sliding_attention"] * (layers - 1) + ["full_attention"],
        local_attention=2 * NEIGHBOURS,
        embedding_dropout=recipe.dropout,
        attention_dropout=recipe.dropout,
        mlp_dropout=recipe.dropout,
        pad_token_id=tokenizer.token_to_id("[PAD]"),
        bos_token_id=tokenizer.token_to_id("[CLS]"),
        eos_token_id=tokenizer.token_to_id("[SEP]"),
        cls_token_id=tokenizer.token_to_id("[CLS]"),
        sep_token_id=tokenizer.token_to_id("[SEP]"),
    )
    return ModernBertModel(config), tokenizer
