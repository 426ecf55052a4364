"""Small tables of each task, and a small encoder that begins from nothing."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from longwave.text.table import Row, TextTable


def table(task: str, rows: Sequence[Row], labels: Sequence[str] = (), **more: Any) -> TextTable:
    frame = pd.DataFrame([{"id": str(place), **row} for place, row in enumerate(rows)])
    return TextTable(task, frame, tuple(labels), **more)


def split(task: str, rows: Sequence[Row], labels: Sequence[str] = (), **more: Any) -> TextTable:
    """A fifth of the rows each for dev and test."""
    parts = ("train", "train", "train", "dev", "test")
    return table(task, [{**row, "split": parts[place % 5]} for place, row in enumerate(rows)], labels, **more)


SIGNS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "$", "#")
FIRMS = ("apple", "beats", "sony", "bosch", "shell", "total", "nokia", "tesla")
FILLS = ("today", "the board said", "after talks", "in march", "as planned", "at last")


def sales(rows: int, seed: int = 0) -> list[Row]:
    """Who bought whom: the label turns with the direction, and the words are the same."""
    rng = np.random.default_rng(seed)
    made = []
    for _ in range(rows):
        buyer, bought = rng.choice(FIRMS, 2, replace=False)
        verb, turned = (("bought", False), ("was sold to", True))[int(rng.integers(2))]
        text = f"{rng.choice(FILLS)} {buyer} {verb} {bought} {rng.choice(FILLS)}"
        ends = {
            name: (text.index(f" {name} ") + 1, text.index(f" {name} ") + 1 + len(name))
            for name in (buyer, bought)
        }
        first, second = (buyer, bought) if rng.random() < 0.5 else (bought, buyer)
        forward = (first == buyer) != turned
        made.append(
            {
                "text": text,
                "head_start": ends[first][0],
                "head_end": ends[first][1],
                "tail_start": ends[second][0],
                "tail_end": ends[second][1],
                "label": "sale(e1,e2)" if forward else "sale(e2,e1)",
            }
        )
    return made


def scratch(folder: Path, texts: Sequence[str]) -> Path:
    """A folder as transformers keeps a model: a BERT of two layers that has read nothing."""
    import torch
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers
    from transformers import BertConfig, BertModel

    made = Tokenizer(models.WordPiece(unk_token=SIGNS[1]))
    made.normalizer = normalizers.BertNormalizer(lowercase=True)
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    made.train_from_iterator(
        texts, trainers.WordPieceTrainer(vocab_size=400, special_tokens=list(SIGNS), show_progress=False)
    )
    made.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[(sign, made.token_to_id(sign)) for sign in ("[CLS]", "[SEP]")],
    )
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=made.get_vocab_size(),
        hidden_size=48,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=96,
        max_position_embeddings=64,
    )
    folder.mkdir(parents=True, exist_ok=True)
    BertModel(config, add_pooling_layer=False).save_pretrained(folder)
    made.save(str(folder / "tokenizer.json"))
    (folder / "tokenizer_config.json").write_text(json.dumps({"tokenizer_class": "PreTrainedTokenizerFast"}))
    return folder
