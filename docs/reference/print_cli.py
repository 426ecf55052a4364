"""Prints docs/reference/cli.md from the command line itself: ``make docs``. A test compares the two."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import typer

from longwave.cli.main import NAME, command_line
from longwave.cli.wording import HELP

INTRODUCTION = """\
# The command line

Printed from the code by `make docs`; do not edit.

Data go to stdout, everything else to stderr. The flags `--store`, `--offline`/`--online`, `--lang`,
`--json`, `-q`, `-v`, `--debug` and `--no-color` may stand before a command's name or after it. Settings
have [a page of their own](../how-to/settings.md).

## Exit codes

| code | meaning |
|---|---|
| 0 | done |
| 1 | failed: the store, the network, the system, or a defect |
| 2 | wrong usage: a flag, an argument or a setting |
| 3 | partly done: some of what was asked could not be, and is named |
| 4 | a publisher wants a key that is not set |
| 5 | the data or the file cannot carry what was asked |
| 130 | interrupted |
| 143 | told to end (SIGTERM) |

## JSON

With `--json` a command prints one document on stdout, `{"schema": "longwave.<thing>/<version>", ...}`.
The version rises when a field changes its meaning or goes; new fields may come within a version. An
error, wrong usage too, is also one document, and the same sentence stands on stderr:

```json
{
  "schema": "longwave.error/1",
  "error": {
    "code": "unknown_area",
    "message": "There is no country or region 'Atlantis'.",
    "hint": "..."
  }
}
```

## Completion

`longwave --install-completion` installs it for your shell: commands, flags, area codes, dataset ids and
publishers are completed.
"""


def pages() -> Iterator[str]:
    """The page, command by command."""
    tree = command_line("en")
    yield INTRODUCTION
    yield from _help(tree, NAME, None)


def _help(command: Any, path: str, parent: Any) -> Iterator[str]:
    name = path.rpartition(" ")[2]
    context = typer.Context(
        command, info_name=name, parent=parent, terminal_width=100, help_option_names=HELP
    )
    yield f"## {path}\n\n```text\n{command.get_help(context).strip()}\n```\n"
    for below, each in getattr(command, "commands", {}).items():
        yield from _help(each, f"{path} {below}", context)


if __name__ == "__main__":
    sys.stdout.write("\n".join(pages()))
