"""The folder that is shipped: graph, tokenizer, head, card, and the few files of code that answer with them.

The code is `text.portable` as it is, under the name longwave_predictor: numpy, tokenizers and onnxruntime are all it wants.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib import metadata, resources
from pathlib import Path
from typing import Any

from longwave.text.portable.predictor import CARD, GRAPH, HEAD, TOKENIZER

CODE = "longwave_predictor"
PACKAGES = ("numpy", "tokenizers", "onnxruntime")

_PRIVATE = ("read", "exports", "history", "forecast")
"""Of the checkpoint's card: where its rows lay on the maker's machine, and what is of no use without the checkpoint."""


def write_package(folder: Path, card: Mapping[str, Any]) -> None:
    """What stands beside the graph, the tokenizer and head.json, which are there already."""
    code = folder / CODE
    code.mkdir()
    for file in resources.files("longwave.text.portable").iterdir():
        if file.name.endswith(".py"):
            (code / file.name).write_text(file.read_text("utf-8"), "utf-8")
    (folder / "pyproject.toml").write_text(_project(), "utf-8")
    (folder / "requirements.txt").write_text("".join(f"{each}\n" for each in pins()), "utf-8")
    write_card(folder, card, {})
    (folder / "README.md").write_text(_readme(card), "utf-8")


def write_card(folder: Path, card: Mapping[str, Any], measured: Mapping[str, Any]) -> None:
    """card.json: the checkpoint's, and what was measured of this export; the predictor compares the files' lengths."""
    files = {name: (folder / name).stat().st_size for name in (GRAPH, TOKENIZER, HEAD)}
    kept = {key: value for key, value in card.items() if key not in _PRIVATE}
    if isinstance(kept.get("data"), dict):
        kept["data"] = {key: value for key, value in kept["data"].items() if key not in _PRIVATE}
    whole = {**kept, "export": {**measured, "files": files}}
    (folder / CARD).write_text(json.dumps(whole, ensure_ascii=False, indent=1, allow_nan=False), "utf-8")


def pins() -> list[str]:
    """The versions that were here when the model was proven."""
    return [f"{name}=={metadata.version(name)}" for name in PACKAGES]


def _project() -> str:
    wanted = metadata.metadata("numpy")["Requires-Python"]
    lines = [
        "[build-system]",
        'requires = ["setuptools"]',
        'build-backend = "setuptools.build_meta"',
        "",
        "[project]",
        'name = "longwave-predictor"',
        f'version = "{metadata.version("longwave")}"',
        'description = "Answers of a text model exported by longwave"',
        f'requires-python = "{wanted}"',
        "dependencies = [" + ", ".join(f'"{each}"' for each in pins()) + "]",
        "",
        "[tool.setuptools]",
        f'packages = ["{CODE}"]',
        "",
    ]
    return "\n".join(lines)


def _readme(card: Mapping[str, Any]) -> str:
    base = card.get("base", {}).get("name", "")
    return _README.format(
        task=card.get("task", ""), base=base, code=CODE, example=_EXAMPLES.get(str(card.get("task")), _TEXT)
    )


_TEXT = '"The card never came."'
_EXAMPLES = {
    "pairs": '{"text": "Costs fell.", "other": "Costs went down."}',
    "answers": '{"question": "Who sold it?", "context": "Shell sold the field to Total."}',
    "relations": (
        '{"text": "Shell sold it to Total.", "head_start": 0, "head_end": 5, "tail_start": 17, "tail_end": 22}'
    ),
    "entities": '{"tokens": ["Shell", "sold", "the", "field", "."]}',
}

_README = """# A text model, shipped

Task: {task}. Base: {base} (its licence goes with the weights). Made by longwave; `card.json` says of what, how it scored and
how fast it was where it was exported.

    pip install --no-deps -r requirements.txt   # numpy, tokenizers, onnxruntime; no torch
    echo '{example}' > in.jsonl
    python -m {code} . < in.jsonl > out.jsonl

With `--no-deps` packages are left out that these three name and this code never imports (a hub's client, protobuf and
others). Run it from this folder, or put the folder on PYTHONPATH; `pip install .` installs the code with all dependencies.

From Python:

    from {code} import Predictor
    predictor = Predictor(".")            # one for all threads
    predictor.predict([{example}])

A line that is no text, or longer than a million characters, gives {{"error": ...}} in its place and exit status 3.
"""
