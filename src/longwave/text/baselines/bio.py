"""Tags in BIO: which may follow which, and the rows that runs of tags spell. Decoding itself: `portable.decode`.

An entity of kind X is one B-X and the I-X behind it. O to I-X, B-X to I-Y and an I at the start are never produced.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from longwave.core.errors import NotEnoughData
from longwave.core.message import say
from longwave.text.portable.decode import entities, transitions
from longwave.text.table import Row

OUTSIDE = "O"


def kind(tag: str) -> str:
    """`PER` of `B-PER`; empty of `O`."""
    return tag[2:] if tag[:2] in ("B-", "I-") else ""


def may_follow(before: str | None, tag: str) -> bool:
    """Whether `tag` may stand behind `before` (None: at the start)."""
    return not tag.startswith("I-") or (before is not None and kind(before) == kind(tag))


def barriers(tags: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """From a tag (row) to the next (column), and at the start (tags,): 0 where legal, else `ILLEGAL`."""
    return transitions({"labels": tags})


def complete(tags: Sequence[str]) -> list[str]:
    """O, and both tags of each kind seen: an I-X that train lacks may be needed to spell a legal run."""
    kinds = sorted({kind(tag) for tag in tags} - {""})
    return [OUTSIDE, *(f"{part}-{name}" for name in kinds for part in "BI")]


def inventory_of(sentences: Sequence[Sequence[str]]) -> list[str]:
    """The tags that a tagger may give, `complete`. Raises NotEnoughData where there is no entity to learn from."""
    found = complete([tag for tags in sentences for tag in tags])
    if len(found) == 1:
        raise NotEnoughData(say("text_baselines.no_entities"), say("text_baselines.no_entities_mend"))
    return found


def mended(tags: Sequence[str]) -> list[str]:
    """The same tags with an I-X that may not stand there turned into B-X."""
    done: list[str] = []
    for tag in tags:
        legal = may_follow(done[-1] if done else None, tag)
        done.append(tag if legal else f"B-{kind(tag)}")
    return done


def tagged_row(tokens: Sequence[str], tags: Sequence[str], sure: np.ndarray | None) -> Row:
    """The dict of one row. sure: probability of the chosen tag at each token."""
    return {"tags": tuple(tags), "entities": tuple(entities(tokens, tags, sure))}
