"""tokenizer_config.json beside a tokenizer.json: by it transformers knows which signs are special, how long a text may be.

What answers here reads tokenizer.json alone; this is for whoever loads the folder with `AutoTokenizer`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

FILE = "tokenizer_config.json"
_SIGNS = {
    "unk_token": ("[UNK]", "<unk>"),
    "cls_token": ("[CLS]", "<s>"),
    "sep_token": ("[SEP]", "</s>"),
    "mask_token": ("[MASK]", "<mask>"),
}
_TWO_MORE = ("roberta", "xlm-roberta", "camembert", "mpnet", "xlm-roberta-xl", "roberta-prelayernorm")
"""Kinds of encoders whose first two positions are no token's."""


def positions(config: Any) -> int:
    """How many tokens an encoder of this configuration reads at once."""
    most = int(getattr(config, "max_position_embeddings", 0) or 512)
    return most - 2 if getattr(config, "model_type", "") in _TWO_MORE else most


def write_tokenizer_config(folder: Path, tokenizer: Tokenizer, config: Any, padding: int) -> None:
    """config: of the encoder; padding: the id of no token."""
    there = {
        name: next((sign for sign in signs if tokenizer.token_to_id(sign) is not None), None)
        for name, signs in _SIGNS.items()
    }
    parts = ("token_type_ids",) if int(getattr(config, "type_vocab_size", 0) or 0) > 1 else ()
    told = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": positions(config),
        "model_input_names": ["input_ids", *parts, "attention_mask"],
        "pad_token": tokenizer.id_to_token(padding),
        **{name: sign for name, sign in there.items() if sign is not None},
    }
    (folder / FILE).write_text(json.dumps(told, ensure_ascii=False, indent=1), "utf-8")
