"""The house's own language by the same door, so that a tool that takes any model takes ours as well."""

from __future__ import annotations

import re
from pathlib import Path

from longwave.macro.interop.imported import Imported
from longwave.macro.interop.importing import IMPORTERS, Importer
from longwave.macro.interop.source import text_of
from longwave.macro.language.read import read_model

_OPENING = re.compile(
    r"^\s*(?:model\s+[^\W\d]\w*\s*(?:[\"#]|$)"
    r"|(?:behaviou?ral|identity|endogenous|exogenous|parameter|coefficient|frequency)\s+[^\W\d])",
    re.MULTILINE,
)


def read_longwave(source: str | Path | bytes) -> Imported:
    """The model of a ``.lw`` text. Raises BadInput."""
    return Imported(read_model(text_of(source)), "longwave")


IMPORTERS.register("longwave")(Importer(lambda text: 2 if _OPENING.search(text) else 0, read_longwave))
