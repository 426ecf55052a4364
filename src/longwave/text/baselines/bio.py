"""Tags in BIO: which may follow which, the entities they spell, and the best legal run of tags (Viterbi).

An entity of kind X is one B-X and the I-X behind it. O to I-X, B-X to I-Y and an I at the start are never produced.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from longwave.text.baselines.written import joined
from longwave.text.table import Row

OUTSIDE = "O"
FORBIDDEN = -1e9


def kind(tag: str) -> str:
    """`PER` of `B-PER`; empty of `O`."""
    return tag[2:] if tag[:2] in ("B-", "I-") else ""


def may_follow(before: str | None, tag: str) -> bool:
    """Whether `tag` may stand behind `before` (None: at the start)."""
    return not tag.startswith("I-") or (before is not None and kind(before) == kind(tag))


def barriers(tags: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """0 where legal, `FORBIDDEN` where not: at the start (tags,), and from a tag (row) to the next (column)."""
    start = np.array([0.0 if may_follow(None, tag) else FORBIDDEN for tag in tags])
    steps = [[0.0 if may_follow(before, tag) else FORBIDDEN for tag in tags] for before in tags]
    return start, np.array(steps)


def complete(tags: Sequence[str]) -> list[str]:
    """O, and both tags of each kind seen: an I-X that train lacks may be needed to spell a legal run."""
    kinds = sorted({kind(tag) for tag in tags} - {""})
    return [OUTSIDE, *(f"{part}-{name}" for name in kinds for part in "BI")]


def mended(tags: Sequence[str]) -> list[str]:
    """The same tags with an I-X that may not stand there turned into B-X."""
    done: list[str] = []
    for tag in tags:
        legal = may_follow(done[-1] if done else None, tag)
        done.append(tag if legal else f"B-{kind(tag)}")
    return done


def spans(tags: Sequence[str]) -> list[tuple[str, int, int]]:
    """(kind, first token, behind the last token) of each entity of legal tags."""
    found: list[tuple[str, int, int]] = []
    start = None
    for place, tag in enumerate([*tags, OUTSIDE]):
        if start is not None and not tag.startswith("I-"):
            found.append((kind(tags[start]), start, place))
            start = None
        if tag.startswith("B-"):
            start = place
    return found


def viterbi(emissions: np.ndarray, start: np.ndarray, steps: np.ndarray) -> np.ndarray:
    """The best run: emissions (tokens, tags), start (tags,), steps (from, to). Returns places of tags (tokens,)."""
    length = len(emissions)
    back = np.zeros(emissions.shape, dtype=np.int64)
    best = emissions[0] + start
    for place in range(1, length):
        paths = best[:, None] + steps
        back[place] = paths.argmax(axis=0)
        best = paths.max(axis=0) + emissions[place]
    run = np.empty(length, dtype=np.int64)
    run[-1] = best.argmax()
    for place in range(length - 1, 0, -1):
        run[place - 1] = back[place, run[place]]
    return run


def marginals(emissions: np.ndarray, start: np.ndarray, steps: np.ndarray) -> np.ndarray:
    """Probability of each tag at each token when runs weigh exp(score): forward and backward sums (tokens, tags)."""
    length = len(emissions)
    ahead = np.empty_like(emissions)
    behind = np.zeros_like(emissions)
    ahead[0] = emissions[0] + start
    for place in range(1, length):
        ahead[place] = _log_sum(ahead[place - 1][:, None] + steps) + emissions[place]
    for place in range(length - 2, -1, -1):
        behind[place] = _log_sum((steps + emissions[place + 1] + behind[place + 1]).T)
    total = ahead + behind
    weights = np.exp(total - total.max(axis=1, keepdims=True))
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


def _log_sum(values: np.ndarray) -> np.ndarray:
    top = values.max(axis=0)
    return np.asarray(top + np.log(np.exp(values - top).sum(axis=0)))


def tagged_row(tokens: Sequence[str], tags: Sequence[str], sure: np.ndarray | None) -> Row:
    """The dict of one row. sure: probability of the chosen tag at each token; an entity is as sure as its least sure one."""
    entities = [
        {
            "label": name,
            "start": start,
            "end": end,
            "text": joined(tokens[start:end]),
            "score": 1.0 if sure is None else float(sure[start:end].min()),
        }
        for name, start, end in spans(tags)
    ]
    return {"tags": tuple(tags), "entities": tuple(entities)}
