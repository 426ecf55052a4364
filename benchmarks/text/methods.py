"""Every fine-tuning method on one task: score, parameters that learn, bytes kept, CPU seconds, peak memory.

    python benchmarks/text/methods.py SETS [--examples 20] [--only lora,prompt]

SETS: a folder that holds `banking77/train.jsonl.gz` and `test.jsonl.gz` (text and label). All methods learn from the same
rows, so many of each label; few-shot from 8, 16 and 64. Each runs in a process of its own, on one thread, so that its
seconds and its peak memory are its own; seconds are the processor's, of training and of choosing, without prediction.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

RUNS: dict[str, dict[str, Any]] = {
    "full": {},
    "lora": {},
    "adalora": {},
    "adapter": {},
    "prefix": {},
    "prompt": {},
    "frozen": {},
    "few_shot 8": {"examples": 8},
    "few_shot 16": {"examples": 16},
    "few_shot 64": {"examples": 64},
    "zero_shot": {},
}
DEV = 5
"""Rows of each label that are dev."""


def table(folder: Path, examples: int, tested: int) -> Any:
    from longwave.text.table import TextTable

    train, test = (
        pd.read_json(folder / "banking77" / f"{part}.jsonl.gz", lines=True) for part in ("train", "test")
    )
    train = train.iloc[np.random.default_rng(0).permutation(len(train))]
    place = train.groupby("label").cumcount()
    test = test.iloc[np.random.default_rng(0).permutation(len(test))[: tested or None]]
    train = train.assign(split=np.where(place < DEV, "dev", "train"))[place < DEV + examples]
    rows = pd.concat([train, test.assign(split="test")], ignore_index=True)
    rows["id"] = [str(number) for number in range(len(rows))]
    return TextTable("classify", rows, tuple(sorted(rows["label"].unique())))


def run(name: str, sets: Path, examples: int, tested: int, given: dict[str, str]) -> dict[str, Any]:
    """One method in this process."""
    from longwave.text.checkpoints import checkpoint
    from longwave.text.method import METHODS
    from longwave.text.score.judge import judge
    from longwave.text.settings.recipe import find_recipe
    from longwave.text.training.training import Watch, train

    settings = {"threads": 1, **RUNS[name], **given}
    rows = table(sets, max(examples, int(settings.get("examples", 0))), tested)
    recipe = find_recipe(name.split()[0] if name != "full" else "default").with_settings(settings)

    def accuracy(gold: Any, told: Any) -> dict[str, float]:
        right = [a == b["label"] for a, b in zip(gold.frame["label"], told, strict=True)]
        return {"headline": float(np.mean(right))}

    with tempfile.TemporaryDirectory() as folder:
        started = time.process_time()
        trained = train(rows, recipe, Path(folder) / "work", Watch(accuracy))
        seconds = time.process_time() - started
        saved = checkpoint.save(trained.learner, {"name": name}, Path(folder) / "kept")
        kept = sum(each.stat().st_size for each in saved.folder.rglob("*.safetensors"))
        test, dev = rows.part("test"), rows.part("dev")
        metric = judge("classify", test, trained.learner.predict(test.rows())).metrics["accuracy"]
        on_dev = accuracy(dev, trained.learner.predict(dev.rows()))["headline"]
    told = metric.interval()
    learnt = {id(p): p.numel() for p in trained.learner.model.parameters() if p.requires_grad}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return {
        "rows": trained.rows if METHODS.get(recipe.method).needs_rows else 0,
        "epochs": trained.learner.recipe.num_train_epochs,
        "dev": on_dev,
        "accuracy": metric.point,
        "low": told.low,
        "high": told.high,
        "parameters": sum(learnt.values()) if METHODS.get(recipe.method).needs_rows else 0,
        "kept": kept,
        "seconds": seconds,
        "peak": peak,
    }


def main() -> None:
    told = argparse.ArgumentParser(description=__doc__)
    told.add_argument("sets", type=Path)
    told.add_argument("--examples", type=int, default=20)
    told.add_argument("--test", type=int, default=0, help="test rows, drawn by seed; nought for all")
    told.add_argument("--only", default=",".join(RUNS))
    told.add_argument("--set", action="append", default=[], help="a setting of the recipe, name=value")
    told.add_argument("--one", action="store_true", help="in this process, told as JSON")
    given = told.parse_args()
    if given.one:
        settings = dict(each.split("=", 1) for each in given.set)
        print(json.dumps(run(given.only, given.sets, given.examples, given.test, settings)))
        return
    print(
        "| method | rows | accuracy (95 % interval) | parameters learnt | kept | CPU seconds | peak memory |"
    )
    print("|---|---|---|---|---|---|---|", flush=True)
    for name in given.only.split(","):
        command = [sys.executable, __file__, str(given.sets), "--only", name, "--one"]
        command += ["--examples", str(given.examples), "--test", str(given.test)]
        command += [part for each in given.set for part in ("--set", each)]
        found = json.loads(
            subprocess.run(
                command, check=True, stdout=subprocess.PIPE, env=_one_thread()
            ).stdout.splitlines()[-1]
        )
        print(
            f"| {name} | {found['rows']:,} | {found['accuracy']:.3f} ({found['low']:.3f} to {found['high']:.3f})"
            f" | {found['parameters']:,} | {found['kept'] / 1e6:.2f} MB | {found['seconds']:.0f}"
            f" | {found['peak'] / 2**20:,.0f} MB |",
            flush=True,
        )


def _one_thread() -> dict[str, str]:
    return {
        **os.environ,
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "TOKENIZERS_PARALLELISM": "false",
    }


if __name__ == "__main__":
    main()
