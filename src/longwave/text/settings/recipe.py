"""A recipe: every setting of a fine-tuning, in one frozen record, under the names that Hugging Face gave them.

The house's recipes are TOML files in `recipes/`; a user's own is a file of the same keys. An unknown key is an error
that names the nearest, and what is not set is the task's or the method's own default.
"""

from __future__ import annotations

import difflib
import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from longwave.core.errors import BadInput, UsageError
from longwave.core.message import Names, say

FILE = "recipe.toml"
"""Its name in a checkpoint."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a model learns. Nought, or an empty word, where the task's or the method's default is meant.

    method: of `methods/`; base: a folder, a name that transformers loads, or empty for the one that comes along.
    max_length: tokens; long: head, ends, windows; pool: mean, cls, max; learning_rate, num_train_epochs ... : as
    TrainingArguments names them; head_start: where a new head of texts begins (see `probing`).
    early_stopping_patience: evaluations without progress on dev, nought for never. symmetric: pairs are read both
    ways. layers: the last layers whose mean a head reads. shapes, letters, crf: for tagging, see `heads`.
    adversarial: none, fgm, pgd (`adversarial_epsilon`: size against the embeddings' norm). r_drop: weight of the two
    passes' divergence. augment: names of `augment/`; augment_share: rows made for each row; translators: two
    checkpoints, there and back. average_last: checkpoints whose weights are averaged. members: models of an ensemble;
    stack: linear for the linear baseline's probabilities beside (see `stacking`), auto for that where a row bears
    labels. precision: auto, fp32, bf16, fp16. threads: of the processor, nought for as many as are free. lora_*,
    adapter_size, prompt_tokens: of the methods. examples: rows a label to learn from, and as many of dev to choose
    by, nought for all. out_of_scope: the label of intents or relations that means none of the others, ``-`` where
    none does. descriptions: a file of what the labels mean, for zero-shot. replay, penalty: of continual learning.

    For models that write: prefix is put before each text (as T5 was taught), source_language and target_language are the
    codes that many-language bases know, num_beams, max_new_tokens and no_repeat_ngram_size as transformers names them.

    For ``base = "scratch"``: scratch_layers, scratch_hidden, scratch_vocabulary: its size; pretrain_epochs: how often the
    rows' own texts are gone through with words left out to be guessed, before the task itself is learnt.

    To learn from a larger model: teacher: its folder; teacher_weight: of its answers beside the gold; teacher_temperature:
    how soft they are made; keep_layers: how many of the encoder's layers stay, nought for all (see `distil`).
    """

    name: str = "default"
    method: str = "full"
    base: str = ""
    max_length: int = 0
    long: str = "head"
    stride: int = 32
    pool: str = "mean"
    dropout: float = 0.1
    num_train_epochs: float = 0.0
    learning_rate: float = 0.0
    head_learning_rate: float = 0.0
    head_start: str = "regression"
    per_device_train_batch_size: int = 0
    per_device_eval_batch_size: int = 64
    gradient_accumulation_steps: int = 1
    gradient_checkpointing: bool = False
    weight_decay: float = 0.01
    warmup_ratio: float = 0.06
    lr_scheduler_type: str = "linear"
    optim: str = "adamw_torch_fused"
    max_grad_norm: float = 1.0
    label_smoothing_factor: float = 0.0
    class_weights: str = "none"
    early_stopping_patience: int = 0
    freeze_layers: int = 0
    freeze_embeddings: bool = False
    symmetric: bool = False
    layers: int = 0
    shapes: bool = True
    letters: int = 0
    crf: bool = False
    adversarial: str = "none"
    adversarial_epsilon: float = 0.1
    adversarial_steps: int = 3
    r_drop: float = 0.0
    augment: tuple[str, ...] = ()
    augment_share: float = 0.5
    translators: tuple[str, ...] = ()
    average_last: int = 0
    members: int = 1
    stack: str = "none"
    lora_r: int = 16
    lora_alpha: int = 32
    lora_dropout: float = 0.05
    adapter_size: int = 48
    prompt_tokens: int = 20
    examples: int = 0
    out_of_scope: str = ""
    descriptions: str = ""
    replay: float = 0.0
    penalty: float = 0.0
    prefix: str = ""
    source_language: str = ""
    target_language: str = ""
    num_beams: int = 0
    max_new_tokens: int = 0
    no_repeat_ngram_size: int = 0
    scratch_layers: int = 0
    scratch_hidden: int = 0
    scratch_vocabulary: int = 0
    pretrain_epochs: float = 0.0
    teacher: str = ""
    teacher_weight: float = 0.7
    teacher_temperature: float = 2.0
    keep_layers: int = 0
    precision: str = "auto"
    threads: int = 0
    seed: int = 1

    def with_settings(self, given: Mapping[str, Any]) -> Recipe:
        """The same with some settings changed. Raises UsageError for an unknown key or a value of another kind."""
        known = {each.name: getattr(self, each.name) for each in fields(Recipe)}
        changed = {}
        for key, value in given.items():
            if key not in known:
                near = _near(key, tuple(known))
                raise UsageError(
                    say("text_engine.unknown_setting", setting=key),
                    say("text_engine.near_settings", near=near)
                    if near
                    else say("text_engine.all_settings", all=tuple(known)),
                )
            changed[key] = _typed(key, value, known[key])
        made = replace(self, **changed)
        _check(made)
        return made

    def as_dict(self) -> dict[str, Any]:
        return {
            key: list(value) if isinstance(value, tuple) else value for key, value in asdict(self).items()
        }

    @property
    def changed(self) -> frozenset[str]:
        """The settings that are not as a recipe has them of itself."""
        plain = Recipe()
        return frozenset(
            each.name for each in fields(self) if getattr(self, each.name) != getattr(plain, each.name)
        )

    def toml(self) -> str:
        """As a file that `read_recipe` takes."""
        return "".join(f"{key} = {_written(value)}\n" for key, value in self.as_dict().items())


@dataclass(frozen=True, slots=True)
class RecipeEntry:
    """A recipe of the house: what it is for, in both languages, and what it sets."""

    name: str
    told: Names
    settings: Mapping[str, Any]


@cache
def recipes() -> dict[str, RecipeEntry]:
    """The house's recipes by name."""
    found = {}
    for file in sorted(resources.files("longwave.text.recipes").iterdir(), key=lambda each: each.name):
        if file.name.endswith(".toml"):
            table = tomllib.loads(file.read_text("utf-8"))
            name = file.name.removesuffix(".toml")
            found[name] = RecipeEntry(name, Names(table.pop("about_en"), table.pop("about_zh")), table)
    return found


def find_recipe(name: str) -> Recipe:
    """A recipe of the house by its name, or a file's. Raises UsageError (no such recipe), BadInput (a file that is none)."""
    if name in recipes():
        return Recipe(name=name).with_settings(recipes()[name].settings)
    if Path(name).suffix == ".toml":
        return read_recipe(Path(name))
    near = difflib.get_close_matches(name, recipes(), n=3)
    key = "text_engine.no_recipe_near" if near else "text_engine.no_recipe"
    raise UsageError(say(key, name=name, near=tuple(near), all=tuple(recipes())))


def read_recipe(path: Path) -> Recipe:
    """Raises BadInput for a file that cannot be read, UsageError for a key or value that is none."""
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadInput(say("text_engine.bad_recipe", path=str(path), problem=str(error))) from error
    told = {key: value for key, value in table.items() if key not in ("about_en", "about_zh")}
    return Recipe(name=path.stem).with_settings(told)


_CHOICES = {
    "long": ("head", "ends", "windows"),
    "pool": ("mean", "cls", "max"),
    "class_weights": ("none", "balanced"),
    "head_start": ("regression", "random"),
    "adversarial": ("none", "fgm", "pgd"),
    "stack": ("none", "linear", "auto"),
    "precision": ("auto", "fp32", "bf16", "fp16"),
    # Of transformers' optimisers and schedules those that want no further package and no further settings.
    "optim": ("adamw_torch", "adamw_torch_fused", "adafactor", "sgd", "adagrad", "rmsprop"),
    "lr_scheduler_type": (
        *("linear", "cosine", "cosine_with_restarts", "polynomial"),
        *("constant", "constant_with_warmup", "inverse_sqrt"),
    ),
}
_LEAST: Mapping[str, float] = {
    "per_device_eval_batch_size": 1,
    "gradient_accumulation_steps": 1,
    "members": 1,
    "adversarial_steps": 1,
    **dict.fromkeys(("lora_r", "adapter_size", "prompt_tokens"), 1),
}
_MOST: Mapping[str, float] = {
    "dropout": 0.9,
    "lora_dropout": 0.9,
    "warmup_ratio": 1.0,
    "weight_decay": 1.0,
    "learning_rate": 1.0,
    "head_learning_rate": 1.0,
    "label_smoothing_factor": 0.9,
    "adversarial_epsilon": 10.0,
    "replay": 1.0,
    "teacher_weight": 1.0,
    "members": 100,
    "threads": 1024,
    "seed": 2**32 - 1,  # numpy's own drawing takes no greater one
}
"""Beyond these a setting means nothing, or nothing learns. The least is nought where `_LEAST` does not say otherwise."""


def _check(recipe: Recipe) -> None:
    if recipe.teacher_temperature <= 0:
        value = str(recipe.teacher_temperature)
        raise UsageError(say("text_export.bad_teaching", setting="teacher_temperature", value=value))
    for key, allowed in _CHOICES.items():
        if getattr(recipe, key) not in allowed:
            raise UsageError(
                say("text_engine.bad_choice", setting=key, value=getattr(recipe, key), allowed=tuple(allowed))
            )
    for each in fields(Recipe):
        value = getattr(recipe, each.name)
        if isinstance(value, int | float):
            _check_number(each.name, value)


def _check_number(name: str, value: float) -> None:
    least, most = _LEAST.get(name, 0), _MOST.get(name)
    if value < least:
        raise UsageError(say("text_engine.bad_number", setting=name, value=str(value), least=least))
    if most is not None and value > most:
        raise UsageError(say("text_engine.great_number", setting=name, value=str(value), most=most))


def _near(key: str, known: Sequence[str]) -> tuple[str, ...]:
    """Those that hold the words of the key ("epochs": num_train_epochs), else those that are spelled nearly alike."""
    words = set(key.lower().replace("-", "_").split("_"))
    holding = tuple(name for name in known if words <= set(name.split("_")))
    return holding or tuple(difflib.get_close_matches(key, known, n=3))


def _typed(key: str, value: Any, like: Any) -> Any:
    """The value in the kind that the setting has; text from a command line is read, and a path is its text."""
    value = str(value) if isinstance(value, Path) else value
    kind = say(f"text_engine.kind_{type(like).__name__}")
    wrong = UsageError(say("text_engine.bad_value", setting=key, value=str(value), kind=kind))
    if isinstance(like, bool):
        known = {"true": True, "false": False, "1": True, "0": False}
        if str(value).lower() not in known:
            raise wrong
        return known[str(value).lower()]
    if isinstance(like, tuple):
        parts = value.split(",") if isinstance(value, str) else value
        if not isinstance(parts, list | tuple):
            raise wrong
        return tuple(str(part).strip() for part in parts if str(part).strip())
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise wrong
    if isinstance(like, str):
        return str(value)
    try:
        number = float(value)
    except ValueError:
        raise wrong from None
    if number != number or number in (float("inf"), float("-inf")) or (isinstance(like, int) and number % 1):
        raise wrong
    return int(number) if isinstance(like, int) else number


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "[" + ", ".join(_written(each) for each in value) + "]"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return repr(value)
