"""Files that are pieces of one, as data hubs keep them: train-00000-of-00002.parquet, train-00001-of-00002.parquet."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from longwave.core.errors import BadInput
from longwave.core.message import say

_PIECE = re.compile(r"(?P<before>.*?)-?(?P<place>\d{5})-of-(?P<count>\d{5})(?P<after>.*)")


def pieces(paths: Sequence[Path]) -> list[Path] | None:
    """The pieces of one file in their order; None where the files are not pieces of one.

    Raises BadInput naming the piece that is missing."""
    found = [_PIECE.fullmatch(path.name) for path in paths]
    if len({match.group("before", "count", "after") if match else None for match in found}) != 1:
        return None
    by_place = {int(match["place"]): path for match, path in zip(found, paths, strict=True) if match}
    first = found[0]
    if first is None:
        return None
    for place in range(int(first["count"])):
        if place not in by_place:
            missing = f"{first['before']}-{place:05d}-of-{first['count']}{first['after']}"
            raise BadInput(
                say("text_corpus.missing_piece", name=missing), say("text_corpus.missing_piece_mend")
            )
    return [by_place[place] for place in sorted(by_place)]
