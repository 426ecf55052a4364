"""Exports beside torch on one thread: a row at a time by its length, and many rows in batches of 32; the cold start.

    python benchmarks/text/export.py CHECKPOINT EXPORT [EXPORT ...] [--rows N] --texts FILE [--python PATH]

CHECKPOINT is a folder of `longwave text finetune` on texts, EXPORT of `longwave text export` of it, FILE texts by line.
Prints for each: the middle and least time of a row alone, tokenizing included, all forms taking turns row by row; rows a
second in batches of 32 sorted by length; the share of rows answered as the checkpoint does; size. Beside them the plain way
with transformers: its tokenizer, batches of 32 as the rows come, padded to the longest.

Then the middle time and the 95th in a hundred of a row of 8 ... 128 tokens, and, with --python (of an environment that holds
an export's requirements and nothing else), of a whole process from its start to the answer, twenty times.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

import numpy as np
import torch

from longwave.text.checkpoints.checkpoint import open_checkpoint
from longwave.text.method import METHODS
from longwave.text.portable.predictor import Predictor
from longwave.text.training.processor import processor_name

BATCH = 32
LENGTHS = (8, 16, 32, 64, 128)
Answering = Callable[[Sequence[dict[str, str]]], list[Any]]


def plain(folder: Path) -> Answering:
    """The way of a user of transformers: the whole text tokenized, padded, read; the head on the mean of the states."""
    from transformers import PreTrainedTokenizerFast

    learner = open_checkpoint(folder).learner
    model = METHODS.get(learner.recipe.method).merged(learner.model).eval()
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_file=str(folder / "tokenizer.json"),
        pad_token="[PAD]",  # noqa: S106 - a sign, no secret
        model_max_length=learner.layout["max_length"],
    )

    def answers(rows: Sequence[dict[str, str]]) -> list[Any]:
        told: list[Any] = []
        with torch.inference_mode():
            for start in range(0, len(rows), BATCH):
                texts = [row["text"] for row in rows[start : start + BATCH]]
                batch = tokenizer(texts, padding=True, truncation=True, return_tensors="pt")
                told += model(**batch)["logits"].argmax(-1).tolist()
        return told

    return answers


def sorted_in_batches(answering: Answering) -> Answering:
    """Sorted by length, `BATCH` at a time."""

    def answers(rows: Sequence[dict[str, str]]) -> list[Any]:
        order = sorted(range(len(rows)), key=lambda place: len(rows[place]["text"]))
        told: list[Any] = [None] * len(rows)
        for start in range(0, len(order), BATCH):
            places = order[start : start + BATCH]
            for place, answer in zip(places, answering([rows[place] for place in places]), strict=True):
                told[place] = answer
        return told

    return answers


def seconds(answering: Answering, rows: Sequence[dict[str, str]]) -> float:
    started = time.perf_counter()
    answering(rows)
    return time.perf_counter() - started


def by_length(forms: dict[str, Answering], turns: int = 10) -> None:
    """Prints the time of one row of so many tokens, all forms taking turns of six rows, of which the first is not counted:
    a service has one model, whose weights are where the last answer left them."""
    for tokens in LENGTHS:
        row = [{"text": " ".join(["prices"] * (tokens - 2))}]
        taken = [
            [[seconds(form, row) for _ in range(6)][1:] for form in forms.values()] for _ in range(turns + 1)
        ]
        spent = np.concatenate([np.array(each).T for each in taken[1:]])
        middle = np.median(spent, axis=0)
        own = middle[list(forms).index("checkpoint, torch")]
        for place, name in enumerate(forms):
            late = np.quantile(spent[:, place], 0.95)
            print(
                f"{tokens:4d} tokens  {name:24s} {1e3 * middle[place]:6.1f} ms (95 in 100 {1e3 * late:6.1f}, least"
                f" {1e3 * spent[:, place].min():5.1f})  {own / middle[place]:4.1f} times torch"
            )


def cold_starts(python: Path, folder: Path, times: int = 20) -> None:
    """Prints the time of whole processes, from start to answer."""
    asked = [str(python), "-m", "longwave_predictor", ".", "--text", "Prices rose."]
    spent = []
    for _ in range(times):
        started = time.perf_counter()
        subprocess.run(asked, cwd=folder, check=True, capture_output=True)
        spent.append(time.perf_counter() - started)
    print(
        f"{folder.name}: a process answers in {np.median(spent):.2f} s (least {min(spent):.2f}, most {max(spent):.2f})"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("exports", type=Path, nargs="+")
    parser.add_argument("--texts", type=Path, required=True)
    parser.add_argument("--rows", type=int, default=320)
    parser.add_argument("--python", type=Path)
    asked = parser.parse_args()
    torch.set_num_threads(1)
    lines = [line for line in asked.texts.read_text("utf-8").splitlines() if line.strip()][: asked.rows]
    rows = [{"text": line} for line in lines]
    forms: dict[str, Answering] = {
        "transformers, unsorted": plain(asked.checkpoint),
        "checkpoint, torch": open_checkpoint(asked.checkpoint).learner.predict,
        **{folder.name: Predictor(folder).predict for folder in asked.exports},
    }
    alone = np.array([[seconds(form, [row]) for form in forms.values()] for row in [rows[0], *rows[:80]]])[1:]
    many = [form if name.endswith("unsorted") else sorted_in_batches(form) for name, form in forms.items()]
    together = np.array([[seconds(form, rows) for form in many] for _ in range(3)]).min(axis=0)
    own = forms["checkpoint, torch"](rows)
    load = os.getloadavg()[0]
    print(f"{processor_name()}, one thread, load {load:.1f}, {len(rows)} rows, {torch.__version__}")
    for place, (name, form) in enumerate(forms.items()):
        told = form(rows)
        labels = [each["label"] if isinstance(each, dict) else None for each in told]
        alike = np.mean([one["label"] == other for one, other in zip(own, labels, strict=True)])
        shown = "  –  " if labels[0] is None else f"{alike:.3f}"
        print(
            f"{name:32s} one row {1e3 * np.median(alone[:, place]):6.1f} ms (least {1e3 * alone[:, place].min():5.1f})"
            f"  {len(rows) / together[place]:6.0f} rows/s  alike {shown}"
        )
    by_length({name: form for name, form in forms.items() if not name.endswith("unsorted")})
    for folder in asked.exports if asked.python is not None else ():
        cold_starts(asked.python.absolute(), folder)


if __name__ == "__main__":
    main()
