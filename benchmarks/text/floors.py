"""Floors of the text engine: what the baselines score on public sets that the project does not carry.

    python benchmarks/text/floors.py FOLDER [SET ...] [--baselines linear linear_tagger ...]

FOLDER holds `<set>/<part>.jsonl.gz`, a JSON object a line: text and label, or tokens and tags. Prints a line a set
and baseline: the figure that the set is known by, its 95 per cent interval (rows drawn again 400 times), CPU seconds
to fit and to predict, peak memory so far, and what the fit chose. Sets without a public split are cut in five by seed
0; a test row whose text stands in train is left out where the set is marked "de-duplicated". Give sets one at a time
for the memory of each.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import resource
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import pandas as pd

from longwave.text.baselines.baseline import BASELINES, for_task
from longwave.text.baselines.bio import mended
from longwave.text.portable.decode import spans
from longwave.text.table import Row, TextTable


@dataclass(frozen=True)
class Split:
    train: TextTable
    dev: TextTable | None
    test: TextTable


@dataclass(frozen=True)
class Judged:
    """truth and found of every test row, over the splits of a set."""

    truth: list[Any]
    found: list[Row]


def rows_of(folder: Path, name: str) -> list[Row]:
    with gzip.open(folder / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def table(task: str, rows: list[Row], labels: tuple[str, ...] = ()) -> TextTable:
    frame = pd.DataFrame(rows)
    frame["id"] = [str(place) for place in range(len(rows))]
    return TextTable(task, frame, labels)


def split(task: str, train: list[Row], dev: list[Row] | None, test: list[Row]) -> Split:
    labels = (
        tuple(sorted({row["label"] for row in train + (dev or []) + test})) if "label" in train[0] else ()
    )
    tables = [None if rows is None else table(task, rows, labels) for rows in (train, dev, test)]
    if tables[0] is None or tables[2] is None:
        raise ValueError("train and test are needed")
    return Split(tables[0], tables[1], tables[2])


def parts(
    task: str, name: str, *, train: str = "train", dev: str | None = None, test: str = "test", **how: Any
):
    """A set with a public split."""

    def read(folder: Path) -> Iterator[Split]:
        read_rows = how.get("read", lambda rows: rows)
        learn, judge = (read_rows(rows_of(folder, f"{name}/{part}")) for part in (train, test))
        if how.get("without_copies"):
            known = {row["text"] for row in learn}
            judge = [row for row in judge if row["text"] not in known]
        yield split(task, learn, read_rows(rows_of(folder, f"{name}/{dev}")) if dev else None, judge)

    return read


def fifths(name: str, read: Callable[[list[Row]], list[Row]] = lambda rows: rows):
    """A set without a split, copies of a text left out, in five parts."""

    def cut(folder: Path) -> Iterator[Split]:
        rows = list({row["text"]: row for row in reversed(read(rows_of(folder, name)))}.values())
        part = np.random.default_rng(0).permutation(len(rows)) % 5
        for fold in range(5):
            yield split(
                "classify",
                [row for row, k in zip(rows, part, strict=True) if k != fold],
                None,
                [row for row, k in zip(rows, part, strict=True) if k == fold],
            )

    return cut


def fomc(folder: Path) -> Iterator[Split]:
    for seed in ("5768", "78516", "944601"):
        learn, judge = (rows_of(folder, f"fomc_hawkish/{part}_{seed}") for part in ("train", "test"))
        yield split("classify", learn, None, judge)


def clinc(folder: Path) -> Iterator[Split]:
    learn, dev, judge = (
        [*rows_of(folder, f"clinc150/{part}"), *rows_of(folder, f"clinc150_oos/{part}")]
        for part in ("train", "dev", "test")
    )
    yield split("intent", learn, dev, judge)


def one_entity(rows: list[Row]) -> list[Row]:
    return [
        {"text": row["text"], "label": next(iter(row["entities"].values()))}
        for row in rows
        if len(row["entities"]) == 1
    ]


def marked(rows: list[Row]) -> list[Row]:
    """<e1> and <e2> taken out, their places kept."""
    found = []
    for row in rows:
        text, places = row["text"], {}
        for mark in ("<e1>", "</e1>", "<e2>", "</e2>"):
            places[mark] = text.index(mark)
            text = text.replace(mark, "", 1)
        found.append(
            {
                "text": text,
                "label": row["label"],
                "head_start": places["<e1>"],
                "head_end": places["</e1>"],
                "tail_start": places["<e2>"],
                "tail_end": places["</e2>"],
            }
        )
    return found


def named(rows: list[Row]) -> list[Row]:
    """Entities by their first place in the text; rows in which one is not found are left out."""
    found = []
    for row in rows:
        head, tail = row["text"].find(row["head"]), row["text"].find(row["tail"])
        if min(head, tail) >= 0:
            ends = {"head_end": head + len(row["head"]), "tail_end": tail + len(row["tail"])}
            found.append({**row, "head_start": head, "tail_start": tail, **ends})
    return found


def bio(rows: list[Row]) -> list[Row]:
    """BMES to BIO."""
    turn = {"M": "I", "E": "I", "S": "B"}
    return [
        {
            "tokens": tuple(row["tokens"]),
            "tags": tuple(tag if tag == "O" else turn.get(tag[0], tag[0]) + tag[1:] for tag in row["tags"]),
        }
        for row in rows
    ]


def pairs(rows: list[Row]) -> list[Row]:
    return [{"text": row["a"], "other": row["b"], "label": row["label"]} for row in rows]


SETS: dict[str, tuple[Callable[[Path], Iterator[Split]], str]] = {
    "conll2003": (parts("entities", "conll2003_en", dev="dev", read=bio), "entities"),
    "resume_ner_zh": (parts("entities", "resume_ner_zh", dev="dev", read=bio), "entities"),
    "imdb": (parts("classify", "imdb"), "accuracy"),
    "sms_spam": (fifths("sms_spam/all"), "spam"),
    "banking77": (parts("intent", "banking77"), "accuracy"),
    "clinc150": (clinc, "scope"),
    "phrasebank_50": (fifths("phrasebank/50Agree"), "accuracy"),
    "phrasebank_all": (fifths("phrasebank/AllAgree"), "accuracy"),
    "fomc": (fomc, "accuracy"),
    "twitter_fin": (parts("classify", "twitter_fin"), "accuracy"),
    "sentfin": (fifths("sentfin/all", one_entity), "accuracy"),
    "semeval2010": (parts("relations", "semeval2010_t8", read=marked), "semeval"),
    "finre_zh": (parts("relations", "finre_zh", dev="dev", read=named), "unknown"),
    "chnsenticorp": (parts("classify", "chnsenticorp", test="dev", without_copies=True), "accuracy"),
    "tnews_zh": (parts("classify", "tnews_zh", without_copies=True), "accuracy"),
    "ag_news": (parts("classify", "ag_news", train="train10k"), "accuracy"),
    "afqmc_zh": (parts("pairs", "afqmc_zh", test="dev", read=pairs), "accuracy"),
}
"""How a set is cut, and the figure that it is known by."""


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("folder", type=Path)
    asked.add_argument("sets", nargs="*")
    asked.add_argument("--baselines", nargs="*")
    asked.add_argument("--seed", type=int, default=0)
    given = asked.parse_args()
    for name in given.sets or SETS:
        cut, figure = SETS[name]
        splits = list(cut(given.folder))
        for baseline in given.baselines or for_task(splits[0].train.task, splits[0].train):
            print(
                json.dumps(
                    {"set": name, "baseline": baseline, **measured(splits, baseline, figure, given.seed)}
                ),
                flush=True,
            )


def measured(splits: list[Split], baseline: str, figure: str, seed: int) -> dict[str, Any]:
    fit = predict = 0.0
    truth: list[Any] = []
    found: list[Row] = []
    settings: dict[str, Any] = {}
    for each in splits:
        started = time.process_time()
        fitted = BASELINES.get(baseline)().fit(each.train, each.dev, seed=seed)
        fit += time.process_time() - started
        started = time.process_time()
        found += fitted.predict(each.test)
        predict += time.process_time() - started
        truth += list(each.test.frame["tags" if each.test.task == "entities" else "label"])
        settings = dict(fitted.settings)
    figures = FIGURES[figure](Judged(truth, found))
    return {
        "rows": len(truth),
        **figures,
        "fit_cpu_s": round(fit / len(splits), 1),
        "predict_cpu_s": round(predict / len(splits), 1),
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "settings": settings,
    }


def labelled(judged: Judged) -> tuple[list[str], np.ndarray]:
    """Names, and (rows, 2) of the places of truth and found."""
    names = sorted({*judged.truth, *(row["label"] for row in judged.found)})
    place = {name: at for at, name in enumerate(names)}
    pairs_ = [
        (place[true], place[row["label"]]) for true, row in zip(judged.truth, judged.found, strict=True)
    ]
    return names, np.array(pairs_)


def f1s(places: np.ndarray, labels: int) -> np.ndarray:
    right = np.bincount(places[places[:, 0] == places[:, 1], 0], minlength=labels)
    either = np.bincount(places[:, 0], minlength=labels) + np.bincount(places[:, 1], minlength=labels)
    return 2 * right / np.maximum(either, 1)


def interval(rows: int, value: Callable[[np.ndarray], float]) -> dict[str, float]:
    """A figure of all rows, and the middle 95 per cent of 400 draws of as many rows."""
    rng = np.random.default_rng(0)
    drawn = [value(rng.integers(0, rows, rows)) for _ in range(400)]
    low, high = np.quantile(drawn, (0.025, 0.975))
    return {"value": round(value(np.arange(rows)), 4), "low": round(low, 4), "high": round(high, 4)}


def accuracy(judged: Judged) -> dict[str, Any]:
    names, places = labelled(judged)
    right = places[:, 0] == places[:, 1]
    return {
        "accuracy": interval(len(right), lambda at: float(right[at].mean())),
        "macro_f1": interval(len(right), lambda at: float(f1s(places[at], len(names)).mean())),
    }


def spam(judged: Judged) -> dict[str, Any]:
    names, places = labelled(judged)
    one = names.index("spam")
    f1 = interval(len(places), lambda at: float(f1s(places[at], len(names))[one]))
    return {**accuracy(judged), "f1_of_spam": f1}


def scope(judged: Judged) -> dict[str, Any]:
    """Accuracy in scope, recall of what is out of scope, and AUROC of `in_scope`."""
    truth = np.array(judged.truth, dtype=object)
    out = truth == "oos"
    right = np.array([row["label"] for row in judged.found], dtype=object) == truth
    sure = np.array([row["in_scope"] for row in judged.found])
    ranks = pd.Series(sure).rank().to_numpy()
    inside = int((~out).sum())
    auroc = (ranks[~out].sum() - inside * (inside + 1) / 2) / (inside * int(out.sum()))
    kept = right[~out]
    return {
        "accuracy_in_scope": interval(inside, lambda at: float(kept[at].mean())),
        "recall_out_of_scope": round(float(right[out].mean()), 4),
        "auroc": round(float(auroc), 4),
    }


def semeval(judged: Judged) -> dict[str, Any]:
    """The task's official figure: F1 of nine relations, both directions of one counted together and a wrong
    direction a miss.
    """
    names, places = labelled(judged)
    kind = np.array([name.partition("(")[0] for name in names])
    relations = sorted(set(kind) - {"Other"})
    true, found = kind[places[:, 0]], kind[places[:, 1]]
    right = places[:, 0] == places[:, 1]

    def value(at: np.ndarray) -> float:
        scores = []
        for name in relations:
            both = (true[at] == name).sum() + (found[at] == name).sum()
            scores.append(2 * (right[at] & (true[at] == name)).sum() / max(both, 1))
        return float(np.mean(scores))

    return {**accuracy(judged), "official_f1": interval(len(right), value)}


def without_unknown(judged: Judged) -> dict[str, Any]:
    names, places = labelled(judged)
    none = names.index("unknown")

    def value(at: np.ndarray) -> float:
        true, found = places[at, 0], places[at, 1]
        right = ((true == found) & (true != none)).sum()
        return float(2 * right / max((true != none).sum() + (found != none).sum(), 1))

    return {**accuracy(judged), "micro_f1_without_unknown": interval(len(places), value)}


def entities(judged: Judged) -> dict[str, Any]:
    counts = []
    for true, row in zip(judged.truth, judged.found, strict=True):
        tags = mended(list(true))
        a, b = set(spans(tags)), set(spans(row["tags"]))
        same = sum(x == y for x, y in zip(tags, row["tags"], strict=True))
        counts.append((same, len(tags), len(a & b), len(a) + len(b)))
    table_ = np.array(counts, dtype=float)

    def share(at: np.ndarray, over: int, under: int, times: float) -> float:
        sums = table_[at].sum(axis=0)
        return float(times * sums[over] / max(sums[under], 1))

    return {
        "token_micro_f1": interval(len(table_), lambda at: share(at, 0, 1, 1.0)),
        "entity_f1": interval(len(table_), lambda at: share(at, 2, 3, 2.0)),
    }


FIGURES: dict[str, Callable[[Judged], dict[str, Any]]] = {
    "accuracy": accuracy,
    "spam": spam,
    "scope": scope,
    "semeval": semeval,
    "unknown": without_unknown,
    "entities": entities,
}

if __name__ == "__main__":
    main()
