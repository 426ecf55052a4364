"""What the linear tagger reads of each token: the word, its form, its neighbours, its ends, and names known from train.

A known name counts for a training sentence only if some other sentence holds it too: else the tagger would learn to trust a
list that has already seen the answer. Names are matched without case, up to six tokens.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .decode import spans
from .shapes import form
from .units import plain

LONGEST = 6


@dataclass(frozen=True)
class Names:
    """Entities of train: lower-case tokens joined by a space -> kind -> number of sentences that hold it."""

    known: Mapping[str, Mapping[str, int]]

    @classmethod
    def of(cls, sentences: Sequence[Sequence[str]], tags: Sequence[Sequence[str]]) -> Names:
        known: dict[str, Counter[str]] = defaultdict(Counter)
        for tokens, marks in zip(sentences, tags, strict=True):
            for name, kind in {
                (_key(tokens[start:end]), kind) for kind, start, end in spans(marks) if end - start <= LONGEST
            }:
                known[name][kind] += 1
        return cls({name: dict(kinds) for name, kinds in known.items()})

    def marks(self, tokens: Sequence[str], own: Sequence[str] | None) -> list[list[str]]:
        """For each token, which known names it begins (B), continues (I) or is (S). own: this sentence's tags, in
        training.
        """
        mine = set() if own is None else {(_key(tokens[s:e]), kind) for kind, s, e in spans(own)}
        found: list[list[str]] = [[] for _ in tokens]
        lower = [plain(token) for token in tokens]
        for start in range(len(tokens)):
            for size in range(min(LONGEST, len(tokens) - start), 0, -1):
                name = " ".join(lower[start : start + size])
                for kind, count in self.known.get(name, {}).items():
                    if count > ((name, kind) in mine):
                        _mark(found, start, size, kind)
        return found


def _mark(found: list[list[str]], start: int, size: int, kind: str) -> None:
    for at in range(size):
        part = "S" if size == 1 else "I" if at else "B"
        found[start + at].append(f"known {part}-{kind}")


def _key(tokens: Sequence[str]) -> str:
    return " ".join(plain(token) for token in tokens)


def read_tokens(tokens: Sequence[str], names: Names, own: Sequence[str] | None = None) -> list[list[str]]:
    """Features of each token. own: the sentence's tags when it is one that `names` were learnt from."""
    edge = 2
    lower = ["<2", "<1", *(plain(token) for token in tokens), ">1", ">2"]
    forms = ["<", "<", *(form(token) for token in tokens), ">", ">"]
    short = [_short(form) for form in forms]
    marks = names.marks(tokens, own)
    loud = len(tokens) > 2 and sum(token.isupper() for token in tokens) > 0.6 * sum(
        any(map(str.isalpha, token)) for token in tokens
    )
    found = []
    for place, token in enumerate(tokens):
        at = place + edge
        w = lower[at]
        near = [
            "bias",
            f"w={w}",
            f"W={token}",
            f"w-1={lower[at - 1]}",
            f"w+1={lower[at + 1]}",
            f"w-2={lower[at - 2]}",
            f"w+2={lower[at + 2]}",
            f"w-1,0={lower[at - 1]} {w}",
            f"w0,1={w} {lower[at + 1]}",
            f"w-1,1={lower[at - 1]} {lower[at + 1]}",
            f"w-2,-1={lower[at - 2]} {lower[at - 1]}",
            f"w1,2={lower[at + 1]} {lower[at + 2]}",
            f"s={forms[at]}",
            f"s-1={forms[at - 1]}",
            f"s+1={forms[at + 1]}",
            f"s-1,0,1={short[at - 1]} {short[at]} {short[at + 1]}",
            f"s0,1={forms[at]} {forms[at + 1]}",
            f"s-1,0={forms[at - 1]} {forms[at]}",
            f"s0,w-1={short[at]} {lower[at - 1]}",
            f"s0,w+1={short[at]} {lower[at + 1]}",
            f"loud={loud} {short[at]}",
        ]
        if (
            len(token) == 1 and short[at] == "字"
        ):  # the token is a character: what a word is, its neighbours say
            near += [
                f"c-2..0={lower[at - 2]}{lower[at - 1]}{w}",
                f"c-1..1={lower[at - 1]}{w}{lower[at + 1]}",
                f"c0..2={w}{lower[at + 1]}{lower[at + 2]}",
            ]
        near += [f"p{size}={w[:size]}" for size in range(1, min(len(w), 6))]
        near += [f"e{size}={w[-size:]}" for size in range(1, min(len(w), 6))]
        near += [f"-1e3={lower[at - 1][-3:]}", f"+1e3={lower[at + 1][-3:]}"]
        if place == 0:
            near.append(f"first {short[at]}")
        for mark in marks[place]:
            near += [mark, f"{mark} {short[at]}"]
        found.append(near)
    return found


def _short(form: str) -> str:
    """A form with its runs cut to one: Xxx9 -> Xx9."""
    cut = ""
    for char in form:
        if not cut.endswith(char):
            cut += char
    return cut
