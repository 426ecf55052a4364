"""What was run: enough to run it again and get the same bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A run's verb, options, seed, data and versions. No clock time, so that equal runs give equal bytes.

    data: dataset id -> sha256 of what was read; artefacts: path within the run's folder -> sha256.
    """

    verb: str
    options: Mapping[str, Any]
    seed: int
    data: Mapping[str, str]
    versions: Mapping[str, str]
    artefacts: Mapping[str, str] = field(default_factory=dict)
    outcome: str = "ok"

    def as_dict(self) -> dict[str, Any]:
        return {
            "schema": "longwave.run/1",
            "verb": self.verb,
            "options": dict(self.options),
            "seed": self.seed,
            "data": dict(sorted(self.data.items())),
            "versions": dict(sorted(self.versions.items())),
            "artefacts": dict(sorted(self.artefacts.items())),
            "outcome": self.outcome,
        }
