"""``python -m longwave_predictor FOLDER < in.jsonl > out.jsonl``: an answer a line; ``--text TEXT`` instead of lines.

A line is a JSON text or an object with the task's columns; its `id` is told again. A line that is refused gives
``{"error": ...}`` in its place, the rest goes on, and the exit status is 3 (2: the call is off, 5: the folder is not
whole).
"""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from .given import row_of
from .predictor import Predictor
from .refused import Refused

AT_ONCE = 512
"""Rows read before any is answered: sorted by length among themselves."""


def main(given: Sequence[str] | None = None) -> int:
    asked = _parser().parse_args(given)
    for stream in (sys.stdin, sys.stdout):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="surrogateescape")
    try:
        predictor = Predictor(asked.folder, threads=asked.threads)
    except Refused as error:
        print(error.text(asked.lang), file=sys.stderr)
        return 5
    refused = 0
    lines_of = map(json.dumps, asked.text) if asked.text else sys.stdin
    for lines in _chunks(lines_of, AT_ONCE):
        for told in answered(predictor, lines, asked.lang):
            refused += "error" in told
            print(json.dumps(told, ensure_ascii=False))
    return 3 if refused else 0


def answered(predictor: Predictor, lines: Sequence[str], lang: str = "en") -> list[dict[str, Any]]:
    """An answer or an error a line, in their order."""
    read = [_read(predictor, line) for line in lines]
    good = [each for each in read if not isinstance(each, Refused)]
    answers = iter(predictor.predict(good))
    told: list[dict[str, Any]] = []
    for each in read:
        if isinstance(each, Refused):
            told.append({"error": each.text(lang)})
        else:
            told.append({**({"id": each["id"]} if "id" in each else {}), **next(answers)})
    return told


def _read(predictor: Predictor, line: str) -> Any:
    try:
        return row_of(json.loads(line), predictor.kind, predictor.most_characters, predictor.joined)
    except Refused as error:
        return error
    except (ValueError, RecursionError) as error:
        return Refused(f"The line is no JSON: {error}", f"该行不是 JSON：{error}")


def _chunks(lines: Iterable[str], size: int) -> Iterator[list[str]]:
    held: list[str] = []
    for line in lines:
        if line.strip():
            held.append(line)
        if len(held) == size:
            yield held
            held = []
    if held:
        yield held


def _parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="longwave_predictor", description="Reads rows of JSON from stdin and writes an answer a line."
    )
    made.add_argument("folder", help="an exported model")
    made.add_argument(
        "--text", action="append", help="a text, instead of lines on stdin (several times: several texts)"
    )
    made.add_argument("--threads", type=int, default=1, help="of the processor (1)")
    made.add_argument("--lang", default=os.environ.get("LANG", "en"), help="en or zh, for what is refused")
    return made


if __name__ == "__main__":
    sys.exit(main())
