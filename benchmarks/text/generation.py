"""Translations, summaries and replies on public sets that the project does not carry.

    python benchmarks/text/generation.py FOLDER SET [--rows N] [--base BASE] [--set KEY=VALUE ...]

SET is multi30k, tatoeba_zh_en, tatoeba_en_zh, ectsum or dialogsum.

FOLDER holds `<set>/<part>.jsonl.gz`. Prints the scores on the test with 95 per cent intervals, seconds, and a few answers.
Tatoeba and DialogSum have no split of their own: they are shuffled by seed 0 and cut.
"""

from __future__ import annotations

import argparse
import gzip
import json
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from longwave.text.floors import dev_judge
from longwave.text.prepared import prepare, read_task
from longwave.text.score.judge import judge
from longwave.text.settings.recipe import Recipe
from longwave.text.training.training import Watch, train

DEV, TEST = 150, 600


def read(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def parts(folder: Path, name: str, rows: int) -> tuple[pd.DataFrame, str, dict[str, str]]:
    """Rows with their split, the task, and which column is which."""
    rng = np.random.default_rng(0)
    if name == "multi30k":
        made = [read(folder / name / f"{part}.jsonl.gz") for part in ("train", "val", "test_2016_flickr")]
        train_rows, dev, test = made[0], made[1][:DEV], made[2]
        task, columns = "translate", {"text": "en", "target": "de"}
    elif name.startswith("tatoeba"):
        whole = read(folder / "tatoeba_cmn_en" / "all.jsonl.gz")
        whole = [whole[place] for place in rng.permutation(len(whole))]
        test, dev, train_rows = whole[:TEST], whole[TEST : TEST + DEV], whole[TEST + DEV :]
        task, columns = "translate", dict(zip(("text", "target"), name.split("_")[1:], strict=True))
    else:
        task, columns = "summarise", {"text": "document", "summary": "summary"}
        if name == "ectsum":
            train_rows, test = (read(folder / name / f"{part}.jsonl.gz") for part in ("train", "val"))
        else:
            whole = read(folder / name / "dev.jsonl.gz")
            train_rows, test = whole[:300], whole[300:]
        dev = []
    train_rows = [train_rows[place] for place in rng.permutation(len(train_rows))[: rows or None]]
    if not dev:
        dev, train_rows = train_rows[: len(train_rows) // 7], train_rows[len(train_rows) // 7 :]
    kept = [
        {**{column: row[column] for column in columns.values()}, "split": split}
        for split, given in (("train", train_rows), ("dev", dev), ("test", test))
        for row in given
    ]
    return pd.DataFrame(kept), task, columns


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("folder", type=Path)
    asked.add_argument("name")
    asked.add_argument("--rows", type=int, default=0)
    asked.add_argument("--base", default="")
    asked.add_argument("--set", nargs="*", default=[])
    given = asked.parse_args()
    frame, task, columns = parts(given.folder, given.name, given.rows)
    table = prepare(read_task(frame, task, columns=columns), seed=1).table
    settings = {"base": given.base, "threads": 1, **dict(each.split("=", 1) for each in given.set)}
    start, cpu = time.perf_counter(), time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        made = train(table, Recipe().with_settings(settings), Path(folder), Watch(dev_judge(task)))
    test = table.part("test")
    answers = made.learner.predict(test.rows())
    judged = judge(task, test, answers)
    print(f"{given.name}: train {len(table.part('train'))}, test {len(test)}")
    for name in judged.metrics:
        told = judged.interval(name)
        print(f"  {name} {told.value:.4f} ({told.low:.4f} to {told.high:.4f})")
    print(f"  {time.perf_counter() - start:.0f} s, {time.process_time() - cpu:.0f} CPU-s")
    for gold, answer in list(zip(test.answers(), answers, strict=True))[:3]:
        print(f"  wanted: {gold[:120]}\n  told:   {answer['text'][:120]}")


if __name__ == "__main__":
    main()
