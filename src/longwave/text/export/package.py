"""The folder that is shipped: graph, tokenizer, head, card, and the few files of code that answer with them.

The code is `text.portable` as it is, under the name longwave_predictor: numpy, tokenizers and onnxruntime are all it wants.
The card goes out into the world: what it says of the maker's machine (where rows and bases lay, ids of rows) stays behind.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from importlib import metadata, resources
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from longwave.text.checkpoints.plain_values import plain
from longwave.text.portable.linear import FILES as LINEAR_FILES
from longwave.text.portable.predictor import CARD, GRAPH, HEAD, TOKENIZER
from longwave.text.portable.stack import FOLDER as LINEAR
from longwave.text.portable.stack import STACK

CODE = "longwave_predictor"
PACKAGES = ("numpy", "tokenizers", "onnxruntime")
READMES = {"en": "README.md", "zh": "README.zh-CN.md"}

_PRIVATE = ("read", "exports", "history", "forecast", "ids")
"""Of the card and of its parts: where rows lay and which they were, and what is of no use without the checkpoint."""
_AS_THEY_ARE = ("labels", "outside", "out_of_scope", "tables", "slices", "scores", "differences")
"""Parts that name labels and scores, which may look like anything."""
_NAMES = ("base", "name", "teacher", "translators", "descriptions")
"""Settings that may be a folder or a name of the hub."""
_PLACES = (*_NAMES, "path", "test", "files")
"""All that may be a path: another string that looks like one ("//" between labels) is none."""


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
    for lang, name in READMES.items():
        (folder / name).write_text(_readme(card, lang), "utf-8")


def write_card(folder: Path, card: Mapping[str, Any], measured: Mapping[str, Any]) -> None:
    """card.json: the checkpoint's, and what was measured of this export; the predictor compares the files' lengths."""
    names = [GRAPH, TOKENIZER, HEAD]
    if (folder / STACK).is_file():
        names += [STACK, *(f"{LINEAR}/{each}" for each in LINEAR_FILES)]
    files = {name: (folder / name).stat().st_size for name in names}
    whole = {**public(card), "export": {**measured, "files": files}}
    told = json.dumps(plain(whole), ensure_ascii=False, indent=1, allow_nan=False)
    (folder / CARD).write_text(told, "utf-8")


def public(card: Mapping[str, Any]) -> dict[str, Any]:
    """The card without what is of the maker's machine: folders are told by their last name alone, within sentences too."""
    folders = sorted(_folders(card), key=len, reverse=True)
    kept: dict[str, Any] = _public(card, folders)
    return kept


def _folders(value: Any, key: str = "") -> set[str]:
    """Every path that a card names."""
    if isinstance(value, Mapping):
        return {path for name, each in value.items() for path in _folders(each, str(name))}
    if isinstance(value, list | tuple):
        return {path for each in value for path in _folders(each, key)}
    return {value} if isinstance(value, str) and key in _PLACES and _is_folder(value, key) else set()


def _is_folder(value: str, key: str) -> bool:
    if PurePosixPath(value).is_absolute() or PureWindowsPath(value).is_absolute() or value.startswith("~"):
        return len(value) > 1
    apart = "/" in value or "\\" in value
    return key in _NAMES and apart and (value[0] in ".\\" or Path(value).exists() or value.count("/") > 1)


def _public(value: Any, folders: list[str]) -> Any:
    if isinstance(value, Mapping):
        return {
            str(name): each if name in _AS_THEY_ARE else _public(each, folders)
            for name, each in value.items()
            if name not in _PRIVATE
        }
    if isinstance(value, list | tuple):
        return [_public(each, folders) for each in value]
    if isinstance(value, str):
        for folder in folders:
            value = value.replace(folder, last_name(folder))
    return value


def last_name(folder: str) -> str:
    """Of a path of any system."""
    return re.split(r"[/\\]", folder.rstrip("/\\"))[-1]


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


def _readme(card: Mapping[str, Any], lang: str) -> str:
    task = str(card.get("task", ""))
    base = str(public({"base": card.get("base", {})})["base"].get("name", ""))
    example = _EXAMPLES[lang].get(task, _TEXT[lang])
    one = _ONE_TEXT[lang].format(code=CODE) if task in _OF_ONE_TEXT else ""
    return _README[lang].format(task=task, base=base, code=CODE, example=example, one=one)


_TEXT = {"en": '"The card never came."', "zh": '"信用卡一直没有收到。"'}
_EXAMPLES = {
    "en": {
        "pairs": '{"text": "Costs fell.", "other": "Costs went down."}',
        "answers": '{"question": "Who sold it?", "context": "Shell sold the field to Total."}',
        "relations": (
            '{"text": "Shell sold it to Total.", "head_start": 0, "head_end": 5, "tail_start": 17, "tail_end": 22}'
        ),
        "entities": '{"tokens": ["Shell", "sold", "the", "field", "."]}',
    },
    "zh": {
        "pairs": '{"text": "成本下降了。", "other": "成本有所降低。"}',
        "answers": '{"question": "谁出售了油田？", "context": "壳牌将油田卖给道达尔。"}',
        "relations": (
            '{"text": "壳牌将油田卖给道达尔。", "head_start": 0, "head_end": 2, "tail_start": 7, "tail_end": 10}'
        ),
        "entities": '{"tokens": ["壳", "牌", "出", "售", "油", "田", "。"]}',
    },
}
_OF_ONE_TEXT = ("classify", "intent", "entities")

_ONE_TEXT = {
    "en": """
A text by itself:

    python -m {code} . --text "The card never came."
""",
    "zh": """
单独一段文本：

    python -m {code} . --text "信用卡一直没有收到。"
""",
}

_README = {
    "en": """# A text model, shipped

[中文](README.zh-CN.md)

Task: {task}. Base: {base} (its licence goes with the weights). Made by longwave; `card.json` says of what, how it scored and
how fast it was where it was exported.

In this folder, with Python and nothing else:

    python -m venv venv
    venv/bin/pip install --no-deps -r requirements.txt
    . venv/bin/activate
    echo '{example}' > in.jsonl
    python -m {code} . < in.jsonl > out.jsonl
{one}
Three packages are installed: numpy, tokenizers, onnxruntime; no torch. With `--no-deps` those are left out that these three
name and this code never imports (a hub's client, protobuf and others). From elsewhere: put this folder on PYTHONPATH, or
`pip install .`, which installs the code with all dependencies.

From Python, one predictor for all threads of a service:

    from {code} import Predictor
    predictor = Predictor(".")
    predictor.predict([{example}])

A line that is no row of this task, or longer than a million characters, gives {{"error": ...}} in its place and exit
status 3; a folder that is not whole gives status 5. `--threads N` uses more of the processor for one batch, `--lang zh`
tells what is refused in Chinese. With longwave installed, `longwave text predict`, `evaluate`, `compare` and `explain` take
this folder too.
""",
    "zh": """# 可部署的文本模型

[English](README.md)

任务：{task}。基础模型：{base}（其许可证随权重适用）。由 longwave 制作；训练数据、得分及导出时实测的速度见 `card.json`。

在本文件夹中，只需 Python：

    python -m venv venv
    venv/bin/pip install --no-deps -r requirements.txt
    . venv/bin/activate
    echo '{example}' > in.jsonl
    python -m {code} . < in.jsonl > out.jsonl
{one}
共安装三个软件包：numpy、tokenizers、onnxruntime，不需要 torch。使用 `--no-deps` 可略去这三个包声明、但本代码从不导入的依赖
（模型库客户端、protobuf 等）。若从别处调用，请将本文件夹加入 PYTHONPATH，或运行 `pip install .`（同时安装全部依赖）。

在 Python 中，一个预测器可供服务的全部线程共用：

    from {code} import Predictor
    predictor = Predictor(".")
    predictor.predict([{example}])

若某行不是本任务的数据行，或超过一百万个字符，则在相应位置返回 {{"error": ...}}，退出状态为 3；文件夹不完整时退出状态为 5。
`--threads N` 让单个批次使用更多处理器线程，`--lang zh` 以中文说明拒绝的原因。若已安装 longwave，也可对本文件夹使用
`longwave text predict`、`evaluate`、`compare` 和 `explain`。
""",
}
