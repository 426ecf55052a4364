"""Tokens a second of fine-tuning beside a plain transformers Trainer with its defaults, to the same number of epochs.

    python benchmarks/text/speed.py FILE.jsonl[.gz] [ROWS]

The plain Trainer: AutoModelForSequenceClassification on the same base with TrainingArguments' defaults (batches of eight in
random order, padded to the longest of each, AdamW at 5e-5, single precision). Ours: the default recipe. Both see the same
rows once, on one thread; the loss on held-out rows is printed beside the time, since speed at a worse loss is no speed.
Seconds are the processor's, from rows to a trained model (ours with its timing of three batches and what it keeps for a
resumed run). Tokens are those of the texts, without padding.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from longwave.text.bases import find_base
from longwave.text.corpus.splits import with_splits
from longwave.text.portable.decode import softmax
from longwave.text.prepared import read_task
from longwave.text.settings.recipe import Recipe
from longwave.text.table import TextTable
from longwave.text.training.training import Watch, train


def ours(table: TextTable) -> dict[str, float]:
    recipe = Recipe(num_train_epochs=1, threads=1, max_length=128)
    part = table.take(table.frame.index[table.frame["split"] != "dev"])
    with tempfile.TemporaryDirectory() as folder:
        started = time.process_time()
        trained = train(part, recipe, Path(folder), Watch(lambda gold, told: {"headline": 0.0}))
        seconds = time.process_time() - started
    learner, test = trained.learner, table.part("test")
    features = learner.features(test.rows())
    chances = softmax(np.array(learner.logits(features)))
    tokens = sum(len(each["input_ids"]) for each in learner.features(part.part("train").rows()))
    return told(seconds, tokens, chances, test)


def plain(table: TextTable) -> dict[str, float]:
    import torch
    from transformers import (
        AutoModelForSequenceClassification,
        AutoTokenizer,
        DataCollatorWithPadding,
        Trainer,
        TrainingArguments,
    )

    torch.set_num_threads(1)
    folder = find_base().folder
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForSequenceClassification.from_pretrained(folder, num_labels=len(table.labels))

    def coded(rows: TextTable) -> list[dict[str, object]]:
        texts = tokenizer(rows.frame["text"].tolist(), truncation=True, max_length=128)
        labels = [table.labels.index(each) for each in rows.frame["label"]]
        return [
            {"input_ids": ids, "attention_mask": [1] * len(ids), "labels": k}
            for ids, k in zip(texts["input_ids"], labels, strict=True)
        ]

    rows, test = coded(table.part("train")), table.part("test")
    with tempfile.TemporaryDirectory() as out:
        args = TrainingArguments(
            out,
            num_train_epochs=1,
            report_to=[],
            disable_tqdm=True,
            save_strategy="no",
            use_cpu=True,
        )
        trainer = Trainer(model, args, train_dataset=rows, data_collator=DataCollatorWithPadding(tokenizer))
        started = time.process_time()
        trainer.train()
        seconds = time.process_time() - started
        found = trainer.predict(coded(test)).predictions
    return told(seconds, sum(len(each["input_ids"]) for each in rows), softmax(found), test)


def told(seconds: float, tokens: int, chances: np.ndarray, test: TextTable) -> dict[str, float]:
    places = [test.labels.index(each) for each in test.frame["label"]]
    loss = -np.log(np.maximum(chances[np.arange(len(places)), places], 1e-12)).mean()
    right = (chances.argmax(1) == np.array(places)).mean()
    return {
        "cpu_s": round(seconds, 1),
        "tokens_per_cpu_s": round(tokens / seconds, 1),
        "loss": round(float(loss), 4),
        "accuracy": round(float(right), 4),
    }


def main() -> None:
    table = read_task(Path(sys.argv[1]), "classify")
    rows = int(sys.argv[2]) if len(sys.argv) > 2 else 4_000
    chosen = np.random.default_rng(0).permutation(len(table))[: rows + 1_000]
    table = with_splits(table.take(sorted(chosen.tolist())), test=0.2, dev=0.05, seed=0)
    mine, theirs = ours(table), plain(table)
    print(
        json.dumps(
            {
                "longwave": mine,
                "Trainer": theirs,
                "ratio": round(mine["tokens_per_cpu_s"] / theirs["tokens_per_cpu_s"], 2),
            }
        )
    )


if __name__ == "__main__":
    main()
