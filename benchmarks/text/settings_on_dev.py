"""Settings compared on dev rows, so that none is ever chosen on test rows.

    python benchmarks/text/settings_on_dev.py FOLDER SET KEY=V1,V2,... [KEY=V1,...] [--rows N] [--set KEY=VALUE]

Every combination of the values is trained on the train rows of the published set (or a share of N of them) and judged on
dev after every epoch. One line of JSON each: the settings, the headline on dev by epoch, seconds of the processor.
"""

from __future__ import annotations

import argparse
import itertools
import json
import tempfile
import time
from pathlib import Path

from published_sets import SETS, tables

from longwave.text.few import share_of
from longwave.text.floors import dev_judge
from longwave.text.prepared import prepare
from longwave.text.settings.recipe import Recipe
from longwave.text.training.training import Watch, train


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("name", choices=sorted(SETS))
    parser.add_argument("grid", nargs="+")
    parser.add_argument("--rows", type=int, default=0)
    parser.add_argument("--set", dest="settings", action="append", default=[])
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    _, table = next(tables(given.folder, given.name))
    table = prepare(table, seed=0).table
    rows, dev = table.part("train"), table.part("dev")
    share = min(1.0, given.rows / len(rows)) if given.rows else 1.0
    kept = set(rows.frame["id"] if share == 1 else share_of(rows, share, 0).frame["id"]) | set(
        dev.frame["id"]
    )
    part = table.take(table.frame.index[table.frame["id"].isin(kept) & (table.frame["split"] != "test")])
    fixed = dict(each.split("=", 1) for each in given.settings)
    keys = [each.split("=", 1)[0] for each in given.grid]
    values = [each.split("=", 1)[1].split(",") for each in given.grid]
    for chosen in itertools.product(*values):
        settings = {**SETS[given.name].settings, **fixed, **dict(zip(keys, chosen, strict=True))}
        recipe = Recipe().with_settings(settings)
        started = time.process_time()
        with tempfile.TemporaryDirectory() as folder:
            trained = train(part, recipe, Path(folder), Watch(dev_judge(part.task)))
        scores = [round(each["eval_headline"], 4) for each in trained.history if "eval_headline" in each]
        line = {
            "set": given.name,
            "settings": settings,
            "rows": trained.rows,
            "dev_rows": len(dev),
            "dev": scores,
            "cpu_s": round(time.process_time() - started, 1),
        }
        print(json.dumps(line), flush=True)
        if given.out:
            with given.out.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line) + "\n")


if __name__ == "__main__":
    main()
