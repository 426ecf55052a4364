"""CoNLL files: a token a line, its tag in the last column, a blank line between sentences.

Columns are parted by a tab where the file has tabs, else by blanks. -DOCSTART- lines part documents and are left out,
with the number of the document kept as `source`. Comments begin with # and do not end in a tag ("# id 12 domain=en").
CoNLL-U counts the tokens in its first column: there they are read from the second, lines of joined words (3-4) and of
words left out (3.1) are passed over, and tags of entities are taken out of the last column's keys (NER=B-PER).
Tjong Kim Sang & De Meulder (2003), "Introduction to the CoNLL-2003 shared task".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import pandas as pd

from longwave.core.errors import BadInput
from longwave.core.message import Message, say
from longwave.text.corpus.opened import empty
from longwave.text.corpus.rows import of_records

BY_LINE = "a token a line"
"""What a frame is marked with whose rows begin in the line that the index says: the next token stands in the next."""
TAG = re.compile(r"O|[BIESLUM]-\S+")
_AS_SPELLED = re.compile(r"(?i:o|[bieslum]-\S+|\S+-[bieslum])")
"""Tags as files spell them also: b-per, PER-B (see `tag_spelling`)."""
_ONE_SENTENCE = 60
"""Tokens that a sentence may have which is all there is in a file: CoNLL-2003 has few longer ones, the longest of 124."""
_LOOK = 500
_COUNT = re.compile(r"\d+(?:[-.]\d+)?")
_KEY = re.compile(r"(?:^|\|)(?:ner|ne|name|entity)=([^|\s]+)", re.IGNORECASE)
_ID = re.compile(r"#\s*(?:sent_)?id\s*[=:]?\s*(\S+)")


@dataclass
class _Sentence:
    """line: its first; document: the number of the document that it stands in; id: of the comment before it."""

    line: int
    document: int
    id: str | None
    tokens: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)


def looks_like_conll(text: str) -> bool:
    """Whether most lines of a text are a token with a tag; tags in unusual spelling want O among them, and empty lines."""
    lines = [line.split() for line in text[:200_000].split("\n")[:2_000]]
    filled = [parts for parts in lines if parts and not parts[0].startswith(("#", "-DOCSTART-"))]
    ends = [parts[-1] for parts in filled if len(parts) > 1]
    if sum(TAG.fullmatch(end) is not None for end in ends) > 0.8 * len(filled):
        return True
    parted = not all(lines[:-1]) and any(end in "Oo" for end in ends)
    return parted and sum(_AS_SPELLED.fullmatch(end) is not None for end in ends) > 0.8 * len(filled)


def read_conll(text: str, name: str) -> tuple[pd.DataFrame, list[Message]]:
    """Sentences as rows of tokens and tags; tokens only where no line has a tag. Raises BadInput naming the line."""
    mark = "\t" if _tabbed(text) else None
    counted = _counted(text, mark)
    sentences, width = _sentences(text, name, mark, int(counted))
    if not sentences:
        raise empty(name)
    _check_parted(sentences, name)
    if width > 1:
        _check_order(sentences, name)
    if counted:
        _take_from_keys(sentences)
    notes = [say("text_corpus.counted_tokens", name=name)] if counted else []
    return _frame(sentences, name, tagged=width > 1), notes


def _sentences(text: str, name: str, mark: str | None, at: int) -> tuple[list[_Sentence], int]:
    """Those that have tokens, and how many columns a line has. at: the column of the tokens."""
    sentences: list[_Sentence] = []
    width, documents = 0, 0
    current: _Sentence | None = None
    next_id: str | None = None
    for number, raw in enumerate(text.split("\n"), start=1):
        line = raw.strip("\r\n ") if mark else raw.strip()
        parts = [part.strip() for part in line.split(mark)] if line.strip() else []
        if not parts or parts[0].startswith("-DOCSTART-"):
            documents += bool(parts)
            current = None
            continue
        if parts[0].startswith("#") and TAG.fullmatch(parts[-1]) is None and (width == 0 or current is None):
            found = _ID.match(line)
            next_id = found[1] if found else next_id
            continue
        width = width or len(parts)
        if len(parts) != width or not parts[0] or not parts[-1]:
            message = say("text_corpus.bad_conll", name=name, line=number, found=len(parts), width=width)
            raise BadInput(message, say("text_corpus.bad_conll_mend"))
        if current is None:
            current = _Sentence(number, documents, next_id)
            sentences.append(current)
            next_id = None
        if not at or parts[0].isdecimal():
            current.tokens.append(parts[at])
            current.tags.append(parts[-1])
    return [each for each in sentences if each.tokens], width


def _frame(sentences: list[_Sentence], name: str, *, tagged: bool) -> pd.DataFrame:
    """A row a sentence, with ids where all have one and documents where there are several."""
    records = [{"tokens": each.tokens, **({"tags": each.tags} if tagged else {})} for each in sentences]
    frame = of_records(records, [each.line for each in sentences], name)
    if not tagged:
        frame = pd.DataFrame({"tokens": pd.Series([each.tokens for each in sentences], index=frame.index)})
    if all(each.id for each in sentences):
        frame["id"] = [each.id for each in sentences]
    if sentences[-1].document > 1:
        frame["source"] = [f"{name}:{each.document}" for each in sentences]
    frame.attrs[BY_LINE] = True
    return frame


def _counted(text: str, mark: str | None) -> bool:
    """Whether the first column counts the tokens, as CoNLL-U has it: whole numbers throughout, beside words."""
    lines = [line.split(mark) for line in text[:100_000].split("\n")[:_LOOK] if line.strip()]
    rows = [parts for parts in lines if not parts[0].startswith(("#", "-DOCSTART-"))]
    if not rows or any(len(parts) < 3 or not _COUNT.fullmatch(parts[0].strip()) for parts in rows):
        return False
    return sum(_COUNT.fullmatch(parts[1].strip()) is None for parts in rows) > 0.5 * len(rows)


def _take_from_keys(sentences: list[_Sentence]) -> None:
    """Tags written as NER=B-PER among other keys become B-PER, and O where a token has none."""
    found = [_KEY.search(tag) for each in sentences for tag in each.tags]
    tags = [match[1] for match in found if match is not None]
    if not tags or not all(map(TAG.fullmatch, tags)):
        return
    left = iter(found)
    for each in sentences:
        each.tags = [match[1] if (match := next(left)) is not None else "O" for _ in each.tags]


def _check_order(sentences: list[_Sentence], name: str) -> None:
    """Raises BadInput for a file whose lines begin with the tag: each word would be learnt as a tag."""
    rows = [pair for each in sentences for pair in zip(each.tokens, each.tags, strict=True)]
    first = sum(_AS_SPELLED.fullmatch(token) is not None for token, _ in rows)
    last = sum(_AS_SPELLED.fullmatch(tag) is not None for _, tag in rows)
    if len(rows) > 1 and first > 0.9 * len(rows) and last < 0.5 * len(rows):
        message = say("text_corpus.swapped_columns", name=name, tag=rows[0][0], token=rows[0][1][:40])
        raise BadInput(message, say("text_corpus.swapped_columns_mend"))


def _check_parted(sentences: list[_Sentence], name: str) -> None:
    """Raises BadInput for a file that is one long sentence: the empty lines were lost on the way."""
    tokens = sum(len(each.tokens) for each in sentences)
    if len(sentences) == 1 and tokens > _ONE_SENTENCE:
        message = say("text_corpus.no_blank_lines", name=name, tokens=tokens)
        raise BadInput(message, say("text_corpus.no_blank_lines_mend"))


def _tabbed(text: str) -> bool:
    """Whether tabs part the columns: most filled lines hold one."""
    lines = [line for line in text[:100_000].split("\n") if line.strip()]
    return sum("\t" in line for line in lines) > 0.5 * len(lines)
