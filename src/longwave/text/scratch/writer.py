"""Small models that write, with new weights: encoder and decoder for translations and summaries, a decoder for replies.

They know nothing but the given rows: on a few thousand short sentences of one kind they are of use, on free text they are
not, and the card's scores say so.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from longwave.text.scratch.tokenizer import writing_tokenizer
from longwave.text.settings.recipe import Recipe

POSITIONS = 1024
HEAD_WIDTH = 32


def scratch_seq2seq(texts: Sequence[str], recipe: Recipe) -> tuple[Any, Any]:
    """An encoder and decoder of Pegasus' kind (norms before each part, places by sines: Zhang et al. 2020), which learns
    with fewer steps than its sisters, and its tokenizer. recipe: settled."""
    import torch
    from transformers import PegasusConfig, PegasusForConditionalGeneration

    tokenizer = _tokenizer(texts, recipe)
    torch.manual_seed(recipe.seed)
    width, layers, heads = recipe.scratch_hidden, recipe.scratch_layers, recipe.scratch_hidden // HEAD_WIDTH
    config = PegasusConfig(
        vocab_size=len(tokenizer),
        d_model=width,
        encoder_layers=layers,
        decoder_layers=layers,
        encoder_attention_heads=heads,
        decoder_attention_heads=heads,
        encoder_ffn_dim=4 * width,
        decoder_ffn_dim=4 * width,
        max_position_embeddings=POSITIONS,
        scale_embedding=True,
        init_std=width**-0.5,
        dropout=recipe.dropout,
        attention_dropout=0.0,
        activation_dropout=0.0,
        pad_token_id=tokenizer.pad_token_id,
        eos_token_id=tokenizer.eos_token_id,
        decoder_start_token_id=tokenizer.pad_token_id,
        forced_eos_token_id=tokenizer.eos_token_id,
    )
    return PegasusForConditionalGeneration(config), tokenizer


def scratch_causal(texts: Sequence[str], recipe: Recipe) -> tuple[Any, Any]:
    """A decoder of Llama's kind (Touvron et al. 2023), and its tokenizer. recipe: settled."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    tokenizer = _tokenizer(texts, recipe)
    torch.manual_seed(recipe.seed)
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=recipe.scratch_hidden,
        intermediate_size=3 * recipe.scratch_hidden,
        num_hidden_layers=recipe.scratch_layers,
        num_attention_heads=recipe.scratch_hidden // HEAD_WIDTH,
        num_key_value_heads=recipe.scratch_hidden // HEAD_WIDTH,
        max_position_embeddings=POSITIONS,
        attention_dropout=recipe.dropout,
        initializer_range=recipe.scratch_hidden**-0.5,
        tie_word_embeddings=True,
        pad_token_id=tokenizer.pad_token_id,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
    )
    return LlamaForCausalLM(config), tokenizer


def _tokenizer(texts: Sequence[str], recipe: Recipe) -> Any:
    from transformers import PreTrainedTokenizerFast

    from longwave.text.learners.generative import quiet

    quiet()
    return PreTrainedTokenizerFast(
        tokenizer_object=writing_tokenizer(texts, recipe.scratch_vocabulary),
        **{"pad_token": "<pad>", "bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>"},
    )
