"""Fine-tuned models on the published sets that text models are compared on, beside their floors.

    python benchmarks/text/published_sets.py FOLDER SET [SET ...] [--set KEY=VALUE ...] [--folds N] [--out FILE]

FOLDER holds one folder a set, as JSON lines (text, label; tokens, tags; ...). One line of JSON a set and fold: scores with
their intervals on the split that everybody uses, and on the test without rows that stand in train; seconds of the processor;
what was aimed at. Sets without a split of their own are judged by five folds. Nothing is chosen on test rows.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.model_selection import StratifiedKFold

from longwave.text.corpus.duplicates import normalised
from longwave.text.corpus.splits import folds
from longwave.text.finetuned import FinetuneOptions, finetune
from longwave.text.prepared import read_task
from longwave.text.table import TextTable


@dataclass(frozen=True)
class Published:
    """folder and files: where; task; aims: metric -> the figure to reach; folds: where there is no split; settings: of the
    recipe, settled on dev; columns: where they cannot be guessed; read: what the file's rows are made into, where a set
    has a shape of its own; near: near-duplicates stay on one side of a fold (else exact repeats are left out, and the rest
    is dealt by label alone)."""

    folder: str
    task: str
    aims: Mapping[str, float]
    files: tuple[str, ...] = ()
    folds: int = 0
    settings: Mapping[str, Any] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)
    read: Callable[[Path], pd.DataFrame] | None = None
    near: bool = True


def one_entity(folder: Path) -> pd.DataFrame:
    """Headlines that name one entity, that entity, and the sentiment towards it."""
    with gzip.open(folder / "all.jsonl.gz", "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    return pd.DataFrame(
        [(row["text"], *next(iter(row["entities"].items()))) for row in rows if len(row["entities"]) == 1],
        columns=["text", "about", "label"],
    )


def with_outside(folder: Path) -> pd.DataFrame:
    """CLINC's questions with an intent and those that have none."""
    parts = [
        pd.read_json(folder / name / f"{part}.jsonl.gz", lines=True).assign(split=part)
        for name in ("clinc150", "clinc150_oos")
        for part in ("train", "dev", "test")
    ]
    return pd.concat(parts, ignore_index=True)


SETS: Mapping[str, Published] = {
    "conll2003": Published("conll2003_en", "entities", {"token_micro_f1": 0.973, "entity_f1": 0.90}),
    "imdb": Published("imdb", "classify", {"accuracy": 0.92}, settings={"max_length": 256, "long": "ends"}),
    "sms": Published("sms_spam", "classify", {"f1 of spam": 0.972}, folds=5),
    "sms_exact": Published("sms_spam", "classify", {"f1 of spam": 0.972}, folds=5, near=False),
    "banking77": Published("banking77", "classify", {"accuracy": 0.93}),
    "clinc": Published(".", "intent", {"accuracy_in_scope": 0.96}, read=with_outside),
    "phrasebank_50": Published("phrasebank", "classify", {"accuracy": 0.84}, ("50Agree",), folds=5),
    "phrasebank_all": Published("phrasebank", "classify", {"accuracy": 0.95}, ("AllAgree",), folds=5),
    "fomc_5768": Published("fomc_hawkish", "classify", {"macro_f1": 0.62}, ("train_5768", "test_5768")),
    "fomc_78516": Published("fomc_hawkish", "classify", {"macro_f1": 0.62}, ("train_78516", "test_78516")),
    "fomc_944601": Published("fomc_hawkish", "classify", {"macro_f1": 0.62}, ("train_944601", "test_944601")),
    "twitter_fin": Published("twitter_fin", "classify", {"macro_f1": 0.84}),
    "semeval2010": Published("semeval2010_t8", "relations", {"official_f1": 0.85}),
    "finre": Published("finre_zh", "relations", {"micro_f1": 0.446}),
    "chnsenticorp": Published("chnsenticorp", "classify", {"accuracy": 0.889}),
    "tnews": Published("tnews_zh", "classify", {"accuracy": 0.537}),
    "resume_ner": Published("resume_ner_zh", "entities", {"entity_f1": 0.936}),
    "ag_news": Published("ag_news", "classify", {"accuracy": 0.90}),
    "sentfin": Published("sentfin", "classify", {"accuracy": 0.88}, folds=5, read=one_entity),
    "afqmc": Published("afqmc_zh", "pairs", {"accuracy": 0.69}, columns={"text": "a", "other": "b"}),
}


def tables(data: Path, name: str) -> Iterator[tuple[str, TextTable]]:
    """The set as everybody splits it, or its folds."""
    given = SETS[name]
    source = given.read(data / given.folder) if given.read else data / given.folder
    table = read_task(source, given.task, columns=given.columns, files=given.files)
    if not given.folds:
        yield "split", table
        return
    whole = replace(table, frame=table.frame.drop(columns="split", errors="ignore"))
    dealt = folds(whole, given.folds, 0) if given.near else by_label(whole, given.folds)
    for place, fold in enumerate(dealt):
        yield f"fold {place + 1} of {given.folds}", fold


def by_label(table: TextTable, k: int) -> Iterator[TextTable]:
    """Folds by scikit-learn, without rows whose text stood before."""
    texts = table.frame["text"].map(normalised)
    rows = table.take(table.frame.index[~texts.duplicated()])
    split = StratifiedKFold(k, shuffle=True, random_state=0).split(rows.frame["text"], rows.frame["label"])
    for _, test in split:
        frame = rows.frame.reset_index(drop=True)
        frame["split"] = np.where(frame.index.isin(test), "test", "train")
        yield replace(rows, frame=frame)


def scores_of(card: Mapping[str, Any], model: str) -> dict[str, list[float | None]]:
    """Every score of a model with its interval, on the test and on its rows without leaks."""
    return {
        f"{each['metric']}{'' if each['rows'] == 'test' else ' (no leaks)'}": [
            round(each[key], 4) if each[key] is not None else None for key in ("value", "low", "high")
        ]
        for each in card["scores"]
        if each["model"] == model
    }


def f1_of_labels(card: Mapping[str, Any]) -> dict[str, list[float]]:
    """Of the fine-tuned model, where the labels are few."""
    labels = card["tables"].get("labels", [])
    return {
        f"f1 of {each['label']}": [round(each[key], 4) for key in ("f1", "f1_low", "f1_high")]
        for each in (labels if len(labels) < 4 else [])
    }


def run(
    data: Path,
    name: str,
    settings: Mapping[str, Any],
    budget: float | None,
    most: int,
    keep: Path | None,
    floor: bool = False,
) -> Iterator[dict[str, Any]]:
    """A line a split or fold, `most` of them; keep: where the checkpoints stay; floor: the linear model beside, learnt from
    the same rows and judged on the same."""
    given = SETS[name]
    for part, table in itertools.islice(tables(data, name), most):
        with tempfile.TemporaryDirectory() as folder:
            started = time.process_time()
            options = FinetuneOptions(
                settings={**given.settings, **settings},
                floors="linear" if floor else "none",
                robust=False,
                budget=budget,
            )
            out = (keep or Path(folder)) / f"{name}_{part.replace(' ', '_')}"
            made = finetune(table, task=given.task, out=out, options=options)
            yield {
                "set": name,
                "part": part,
                "aims": dict(given.aims),
                "scores": {**scores_of(made.card, "finetuned"), **f1_of_labels(made.card)},
                **({"floor": scores_of(made.card, "linear")} if floor else {}),
                "rows": made.card["data"]["rows"],
                "recipe": made.card["recipe"],
                "cpu_s": round(time.process_time() - started, 1),
                "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
            }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("sets", nargs="+", choices=sorted(SETS))
    parser.add_argument("--set", dest="settings", action="append", default=[])
    parser.add_argument("--budget", type=float, help="seconds")
    parser.add_argument("--floor", action="store_true", help="the linear model on the same rows beside")
    parser.add_argument("--folds", type=int, default=5, help="how many of the five folds are run")
    parser.add_argument("--keep", type=Path, help="a folder where the checkpoints stay")
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    settings = dict(each.split("=", 1) for each in given.settings)
    for name in given.sets:
        for line in run(given.folder, name, settings, given.budget, given.folds, given.keep, given.floor):
            told = json.dumps(line, ensure_ascii=False)
            print(told, flush=True)
            if given.out:
                with given.out.open("a", encoding="utf-8") as file:
                    file.write(told + "\n")


if __name__ == "__main__":
    sys.exit(main())
