"""Small tables whose labels hang on words, and encoders of two layers that have read nothing."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from longwave.text.bases import find_base
from longwave.text.learners.encoder_learner import EncoderLearner
from longwave.text.settings.recipe import Recipe
from longwave.text.settings.settled import settled
from longwave.text.table import Row, TextTable
from longwave.text.tasks.settings import settings_unread
from longwave.text.training.training import Trained, Watch, train

WORDS = {
    "growth": ("output", "growth", "boom"),
    "prices": ("prices", "inflation", "dear"),
    "jobs": ("jobs", "hiring", "wages"),
    "trade": ("exports", "tariff", "port"),
}
FILLS = ("today", "again", "in march", "the minister said", "as planned", "this year", "in the north")
PLACES = ("Paris", "Lima", "Oslo", "Accra", "Kyoto")


def labelled(rows: int, labels: Sequence[str], seed: int = 0) -> list[Row]:
    """Texts of which a word or two tell the label."""
    rng = np.random.default_rng(seed)
    made = []
    for place in range(rows):
        label = labels[place % len(labels)]
        text = (
            f"{rng.choice(FILLS)} {rng.choice(WORDS[label])} {rng.choice(FILLS)} {rng.choice(WORDS[label])}"
        )
        made.append({"text": text, "label": label})
    return made


def tagged(rows: int, seed: int = 0) -> list[Row]:
    """Sentences with a place in each."""
    rng = np.random.default_rng(seed)
    made = []
    for _ in range(rows):
        before, after = str(rng.choice(FILLS)).split(), str(rng.choice(FILLS)).split()
        tokens = (*before, str(rng.choice(PLACES)), *after)
        made.append({"tokens": tokens, "tags": (*["O"] * len(before), "B-PLACE", *["O"] * len(after))})
    return made


def table(task: str, rows: Sequence[Row], labels: Sequence[str] = (), **more: Any) -> TextTable:
    """A fifth of the rows each for dev and test, drawn by seed."""
    order = np.random.default_rng(7).permutation(len(rows))
    parts = ("train", "train", "train", "dev", "test")
    told = [
        {"id": str(place), **row, "split": parts[int(order[place]) % 5]} for place, row in enumerate(rows)
    ]
    return TextTable(task, pd.DataFrame(told), tuple(labels), **more)


def vocabulary() -> list[str]:
    words = {
        each.lower() for texts in (FILLS, PLACES, *WORDS.values()) for text in texts for each in text.split()
    }
    return [
        *sorted(words),
        *"abcdefghijklmnopqrstuvwxyz",
        *(f"##{each}" for each in "abcdefghijklmnopqrstuvwxyz"),
    ]


def tokenizer_into(folder: Path) -> int:
    """tokenizer.json of a small vocabulary; how many tokens it has."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

    signs = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
    places = {word: place for place, word in enumerate([*signs, *vocabulary()])}
    made = Tokenizer(models.WordPiece(places, unk_token=signs[1]))
    made.normalizer = normalizers.BertNormalizer(lowercase=True)
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    made.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[(sign, places[sign]) for sign in ("[CLS]", "[SEP]")],
    )
    made.save(str(folder / "tokenizer.json"))
    (folder / "tokenizer_config.json").write_text(json.dumps({"tokenizer_class": "PreTrainedTokenizerFast"}))
    return len(places)


def bert(folder: Path) -> Path:
    """A BERT of two layers and 32 numbers a state."""
    import torch
    from transformers import BertConfig, BertModel

    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=tokenizer_into(folder),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=64,
        max_position_embeddings=64,
        initializer_range=0.05,
    )
    BertModel(config, add_pooling_layer=False).save_pretrained(folder)
    return folder


def distilbert(folder: Path) -> Path:
    """An encoder of another architecture, which takes no keys and values of the past."""
    import torch
    from transformers import DistilBertConfig, DistilBertModel

    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(0)
    config = DistilBertConfig(
        vocab_size=tokenizer_into(folder),
        dim=32,
        n_layers=2,
        n_heads=4,
        hidden_dim=64,
        max_position_embeddings=64,
    )
    DistilBertModel(config).save_pretrained(folder)
    return folder


def electra(folder: Path) -> Path:
    """An encoder whose embeddings are narrower than its states."""
    import torch
    from transformers import ElectraConfig, ElectraModel

    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(0)
    config = ElectraConfig(vocab_size=tokenizer_into(folder), embedding_size=16, **_SMALL)
    ElectraModel(config).save_pretrained(folder)
    return folder


def modernbert(folder: Path) -> Path:
    """An encoder whose layers are of two kinds, told in its configuration."""
    import torch
    from transformers import ModernBertConfig, ModernBertModel

    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(0)
    signs = {"pad_token_id": 0, "cls_token_id": 2, "bos_token_id": 2, "sep_token_id": 3, "eos_token_id": 3}
    small = {**_SMALL, "num_hidden_layers": 3}
    config = ModernBertConfig(
        vocab_size=tokenizer_into(folder), global_attn_every_n_layers=2, local_attention=4, **small, **signs
    )
    ModernBertModel(config).save_pretrained(folder)
    return folder


def gpt2(folder: Path) -> Path:
    """An encoder that looks back alone, whose linear maps are written the other way round."""
    import torch
    from transformers import GPT2Config, GPT2Model

    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(0)
    config = GPT2Config(vocab_size=tokenizer_into(folder), n_embd=32, n_layer=2, n_head=4, n_positions=64)
    GPT2Model(config).save_pretrained(folder)
    return folder


_SMALL = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 64,
    "max_position_embeddings": 64,
}


def recipe(base: Path, method: str, **settings: Any) -> Recipe:
    given = {"method": method, "base": str(base), "threads": 1, "dropout": 0.0, "max_length": 24, "lora_r": 4}
    given["precision"] = "fp32"  # whatever the machine that tests has
    small = {
        "prompt_tokens": 4,
        "adapter_size": 8,
        "lora_alpha": 8,
        "lora_dropout": 0.0,
        "per_device_train_batch_size": 16,
    }
    unread = settings_unread(method)
    mine = {key: value for key, value in (given | small).items() if key not in unread}
    return Recipe().with_settings({**mine, **settings})


def started(rows: TextTable, chosen: Recipe) -> EncoderLearner:
    """Before it learns."""
    return EncoderLearner.start(rows, settled(chosen, rows.task, len(rows)), find_base(chosen.base))


def accuracy(gold: TextTable, told: Sequence[Row]) -> dict[str, float]:
    """Of labels, sets of labels or tags."""
    column, key = next(
        (name, key)
        for name, key in (("label", "label"), ("labels", "labels"), ("tags", "tags"))
        if gold.has(name)
    )
    return {"headline": float(np.mean([a == b[key] for a, b in zip(gold.frame[column], told, strict=True)]))}


def learnt(rows: TextTable, chosen: Recipe, folder: Path, **more: Any) -> Trained:
    return train(rows, chosen, folder / "work", Watch(accuracy), **more)


def score_of(trained: Trained, rows: TextTable) -> float:
    test = rows.part("test")
    return accuracy(test, trained.learner.predict(test.rows()))["headline"]
