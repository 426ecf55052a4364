"""Named scenarios in a file: what is shocked, under which name, so that they can be kept and compared.

[stimulus]
title = { en = "One more billion", zh = "多支出十亿" }
shocks = ["G + 1 in 1930..1933"]
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from longwave.connectors import guards
from longwave.core.errors import BadInput, UsageError
from longwave.core.message import Names, say
from longwave.macro.scenario import Scenario
from longwave.macro.shock import Shock, shock


@dataclass(frozen=True, slots=True)
class NamedShocks:
    """What a scenario is called and what it changes."""

    name: str
    names: Names
    shocks: tuple[Shock, ...]


def read_scenarios(path: Path) -> tuple[NamedShocks, ...]:
    """The scenarios of a file, in its order. Raises BadInput naming the table that cannot be read, UsageError for a
    file that is not there and for a shock that cannot be read."""
    if not path.is_file():
        raise UsageError(say("workflows.no_file", path=str(path)), say("models.bad_scenarios_mend"))
    try:
        content = tomllib.loads(guards.read_bytes(path).decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(
            say("models.bad_scenarios", path=str(path), reason=str(error)), say("models.bad_scenarios_mend")
        ) from error
    return tuple(_read(path, name, body) for name, body in content.items())


def _read(path: Path, name: str, body: Any) -> NamedShocks:
    shocks = body.get("shocks") if isinstance(body, dict) else None
    title = body.get("title", {}) if isinstance(body, dict) else {}
    if not isinstance(shocks, list) or not all(isinstance(each, str) for each in shocks):
        raise BadInput(
            say("models.bad_scenarios", path=str(path), reason=f"[{name}]"), say("models.bad_scenarios_mend")
        )
    words = title if isinstance(title, dict) else {"en": str(title)}
    names = Names(str(words.get("en", "")) or name, str(words.get("zh", "")))
    return NamedShocks(name, names, tuple(shock(each) for each in shocks))


def write_scenarios(scenarios: Sequence[Scenario]) -> str:
    """The text of a file that `read_scenarios` reads."""
    return "\n".join(_written(each) for each in scenarios)


def _written(scenario: Scenario) -> str:
    told = scenario.as_dict()
    shocks = ", ".join(_quoted(each) for each in told["shocks"])
    title = ", ".join(f"{lang} = {_quoted(text)}" for lang, text in told["title"].items() if text)
    return f"[{_quoted(told['name'])}]\ntitle = {{ {title} }}\nshocks = [{shocks}]\n"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
