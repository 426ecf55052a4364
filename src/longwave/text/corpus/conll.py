"""CoNLL files: a token a line, its tag in the last column, a blank line between sentences.

Columns are parted by a tab where the file has tabs, else by blanks. -DOCSTART- lines part documents and are left out,
with the number of the document kept as `source`. Comments begin with # and do not end in a tag ("# id 12 domain=en").
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
_LONGEST_SENTENCE = 500
"""Tokens: the longest sentence of CoNLL-2003 has 124."""
_ID = re.compile(r"#\s*(?:sent_)?id\s*[=:]?\s*(\S+)")


@dataclass
class _Sentence:
    line: int
    tokens: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)


def looks_like_conll(text: str) -> bool:
    """Whether most lines of a text are a token with a tag, and blank lines part them."""
    lines = [line.split() for line in text[:200_000].split("\n")[:2_000]]
    filled = [parts for parts in lines if parts and not parts[0].startswith(("#", "-DOCSTART-"))]
    tagged = sum(len(parts) > 1 and TAG.fullmatch(parts[-1]) is not None for parts in filled)
    return bool(filled) and tagged > 0.8 * len(filled)


def read_conll(text: str, name: str) -> tuple[pd.DataFrame, list[Message]]:
    """Sentences as rows of tokens and tags; tokens only where no line has a tag. Raises BadInput naming the line."""
    mark = "\t" if _tabbed(text) else None
    sentences: list[_Sentence] = []
    ids: list[str | None] = []
    documents: list[int] = []
    width, documents_seen, next_id = 0, 0, None
    current: _Sentence | None = None
    for number, raw in enumerate(text.split("\n"), start=1):
        line = raw.strip("\r\n ") if mark else raw.strip()
        parts = [part.strip() for part in line.split(mark)] if line.strip() else []
        if not parts or parts[0].startswith("-DOCSTART-"):
            documents_seen += bool(parts)
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
            current = _Sentence(number)
            sentences.append(current)
            ids.append(next_id)
            documents.append(documents_seen)
            next_id = None
        current.tokens.append(parts[0])
        current.tags.append(parts[-1])
    if not sentences:
        raise empty(name)
    _check_parted(sentences, name)
    records = [{"tokens": each.tokens, **({"tags": each.tags} if width > 1 else {})} for each in sentences]
    frame = of_records(records, [each.line for each in sentences], name)
    if width == 1:
        frame = pd.DataFrame({"tokens": pd.Series([each.tokens for each in sentences], index=frame.index)})
    if all(ids):
        frame["id"] = ids
    if documents_seen > 1:
        frame["source"] = [f"{name}:{document}" for document in documents]
    frame.attrs[BY_LINE] = True
    return frame, []


def _check_parted(sentences: list[_Sentence], name: str) -> None:
    """Raises BadInput for a file that is one long sentence: the empty lines were lost on the way."""
    tokens = sum(len(each.tokens) for each in sentences)
    if len(sentences) == 1 and tokens > _LONGEST_SENTENCE:
        message = say("text_corpus.no_blank_lines", name=name, tokens=tokens)
        raise BadInput(message, say("text_corpus.no_blank_lines_mend"))


def _tabbed(text: str) -> bool:
    """Whether tabs part the columns: most filled lines hold one."""
    lines = [line for line in text[:100_000].split("\n") if line.strip()]
    return sum("\t" in line for line in lines) > 0.5 * len(lines)
