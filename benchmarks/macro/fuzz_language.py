"""Fuzz the reader of models: whatever it is given, it reads or refuses in words; nothing else may come out.

    python benchmarks/macro/fuzz_language.py [--minutes 10] [--seed 1] [FILE.lw ...]

Four kinds of text: good models (the shipped ones and the files named) with letters, lines and words cut, doubled, swapped
and patched; statements put together from the language's own words at random; deep and long nests; random bytes. What is
read is written, read again and compared, spelt out and put into LaTeX. Prints counts, the slowest text a thousand
characters, and stops with the text at the first exception that is not a LongwaveError.
"""

from __future__ import annotations

import argparse
import random
import time
from importlib import resources
from pathlib import Path

from longwave.core.errors import LongwaveError
from longwave.macro.language.latex import model_to_latex
from longwave.macro.language.read import look_at, read_equation, read_expression, read_model
from longwave.macro.language.spell import spelt
from longwave.macro.language.write import write_model

_WORDS = r"""
model frequency source note section list exogenous endogenous parameter coefficient behavioural identity for when estimate
sample instruments restrict errors ar in except and or not sum annual quarterly monthly ols nls 2sls liml gmm
log exp sqrt abs sign sin cos normcdf logistic max min if lag lead d dlog pct movavg movsum pdl x y z C G k q s x_{s}
C.add C.rho1 消费 é 1 2 0.5 1e-3 1e999 1960 1960-Q1 1960-13 .. = == != <= >= < > + - * / ^ ** ( ) { } [ ] , : ? # ; '
" "label" "标签" [unit] \ (-1) (+1) (0.5) (-2000) （ ） ，
"""
WORDS = (*_WORDS.split(), "\n", "\x00", "\u202e", "\ufeff")
START = """model m "A model" "模型"
frequency quarterly
list q = u "U" "甲", v
section a "A"
exogenous G "Spending" [USD], z
parameter k = 0.3 in 0..1
coefficient c0, c1
behavioural C: dlog(C) = c0 + c1*dlog(G, 4) + k*log(C(-1)/G(-1)) + pdl(z, w, 4, 2) when z > 0
  estimate 2sls sample 1960-Q1..1990-Q4 instruments G(-1), z restrict c0 + c1 = 1 errors ar(2)
behavioural C: C = movavg(G, 4)
for s in q { identity x_{s} = if(z > 0 and not G == 1, max(C, 0), -C^2) }
identity t = sum(s in q, x_{s}) + C.add
"""


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("files", nargs="*", type=Path)
    arguments.add_argument("--minutes", type=float, default=10.0)
    arguments.add_argument("--seed", type=int, default=1)
    given = arguments.parse_args()
    seeds = [START, *_shipped(), *(path.read_text("utf-8") for path in given.files)]
    counts, slowest = fuzz(seeds, given.minutes * 60, given.seed)
    for what, count in counts.items():
        print(f"{what:>10} {count:>10,}")
    print(f"slowest: {slowest[0] * 1e3:.1f} ms for {len(slowest[1]):,} characters: {slowest[1][:100]!r}")


def fuzz(seeds: list[str], seconds: float, seed: int) -> tuple[dict[str, int], tuple[float, str]]:
    """Reads made texts for some seconds. Raises what the reader should not have let out, with the text as a note."""
    dice = random.Random(seed)  # noqa: S311 - nothing here is secret
    counts = {"read": 0, "refused": 0}
    slowest = (0.0, "")
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        text = dice.choice((_mutated, _mutated, _mutated, _babble, _nested, _noise))(dice, seeds)
        start = time.process_time()
        try:
            read = _tried(text, dice)
        except Exception as error:
            error.add_note(f"text: {text!r}")
            raise
        counts["read" if read else "refused"] += 1
        slowest = max(slowest, (time.process_time() - start, text))
    return counts, slowest


def _tried(text: str, dice: random.Random) -> bool:
    """Whether a text is a model; what is read must survive writing, spelling out and LaTeX."""
    try:
        model = read_model(text, dice.choice(("", "made.lw")))
    except LongwaveError as error:
        if not (error.text("en") and error.text("zh")):
            raise AssertionError("a refusal without words") from error
        for read in (read_expression, read_equation, look_at):
            try:
                read(text)
            except LongwaveError:
                continue
        return False
    if read_model(write_model(model)) != model:
        raise AssertionError("what was written does not read back")
    constants = [each.name for each in model.parameters]
    for each in model.equations:
        spelt(each.right, constants)
    model_to_latex(model, dice.choice(("en", "zh")))
    return True


def _mutated(dice: random.Random, seeds: list[str]) -> str:
    text = dice.choice(seeds)
    for _ in range(dice.choice((1, 1, 2, 5, 20))):
        at, to = sorted((dice.randrange(len(text) + 1), dice.randrange(len(text) + 1)))
        near = min(to, at + dice.choice((1, 3, 12)))
        what = dice.randrange(6)
        if what == 0:
            text = text[:at] + text[near:]
        elif what == 1:
            text = text[:at] + text[at:near] * dice.choice((2, 3, 200)) + text[near:]
        elif what == 2:
            text = text[:at] + dice.choice(WORDS) + text[at:]
        elif what == 3:
            text = (
                text[:at]
                + chr(dice.choice((dice.randrange(128), dice.randrange(0x3000), 0x4E2D)))
                + text[near:]
            )
        elif what == 4:
            lines = text.split("\n")
            dice.shuffle(lines)
            text = "\n".join(lines)
        else:
            text = text[:near] + text[at:to] + text[near:] if to - at < 2_000 else text[:to]
        text = text[:50_000]
        if not text:
            return text
    return text


def _babble(dice: random.Random, seeds: list[str]) -> str:
    return dice.choice((" ", "", "\n")).join(dice.choices(WORDS, k=dice.randrange(1, 120)))


def _nested(dice: random.Random, seeds: list[str]) -> str:
    opening = dice.choice(
        ("(", "-", "not ", "log(", "if(x > 0, x, ", "x^", "x/", "x*", "x + ", "x - (", "sum(s in q, ", "d(")
    )
    depth = dice.choice((10, 100, 149, 150, 151, 1_000, 20_000))
    closing = ")" * (opening.count("(") * (depth + dice.choice((-1, 0, 0, 0, 1))))
    return f"list q = u, v\nexogenous x\nidentity y = {opening * depth}x{closing}"


def _noise(dice: random.Random, seeds: list[str]) -> str:
    return bytes(dice.randrange(256) for _ in range(dice.randrange(200))).decode("latin-1")


def _shipped() -> list[str]:
    folder = resources.files("longwave.macro.library")
    return [each.read_text("utf-8") for each in folder.iterdir() if each.name.endswith(".lw")]


if __name__ == "__main__":
    main()
