"""What models that write have in common: how they are loaded, changed by a method, asked and kept.

Weights and configuration are transformers' own (`AutoModelForSeq2SeqLM`, `AutoModelForCausalLM`), LoRA is PEFT's, and an
answer is `model.generate`'s. How long an answer may be is learnt from the train rows and kept in head.json.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
import transformers
from torch import Tensor, nn
from torch.nn import functional
from transformers import AutoTokenizer, GenerationConfig
from transformers.models.auto import modeling_auto
from transformers.utils import logging

from longwave.core.errors import BadInput, UsageError
from longwave.core.harvest import Progress
from longwave.core.message import say
from longwave.text.bases import Base
from longwave.text.checkpoints.kept_head import write_head
from longwave.text.method import METHODS
from longwave.text.portable.batch import BATCH_TOKENS, batches
from longwave.text.portable.batch import IGNORED as IGNORED
from longwave.text.settings.recipe import Recipe
from longwave.text.task import TASKS

MOST_AT_ONCE = 64
MOST_NEW = 512
"""Tokens of an answer at most, whatever the train rows hold."""


def kind_of(base: Base) -> str:
    """``seq2seq``, ``causal`` or ``encoder``, by the base's own configuration. Raises BadInput."""
    told = base.config()
    model, made = str(told["model_type"]), [str(each) for each in told.get("architectures") or ()]
    if model in modeling_auto.MODEL_FOR_SEQ_TO_SEQ_CAUSAL_LM_MAPPING_NAMES:
        return "seq2seq"
    writes = any(each.endswith(("ForCausalLM", "LMHeadModel")) for each in made)
    only_writes = (
        model in modeling_auto.MODEL_FOR_CAUSAL_LM_MAPPING_NAMES
        and model not in modeling_auto.MODEL_FOR_MASKED_LM_MAPPING_NAMES
    )
    return "causal" if writes or only_writes else "encoder"


def check_kind(base: Base, kind: str, task: str) -> None:
    """That a base writes as the task's models do. kind: ``seq2seq`` or ``causal``. Raises UsageError, BadInput."""
    if kind_of(base) != kind:
        raise UsageError(
            say(f"text_generation.no_{kind}", base=base.name, task=TASKS.get(task).names),
            say(f"text_generation.no_{kind}_mend"),
        )


class Writer(nn.Module):
    """A model of transformers that writes, as `encoder`, so that a method and the Trainer find it where they look.

    Weights that are one tensor under two names (embeddings and output) are told once, for safetensors keeps no tensor twice.
    ahead: whether labels stand where their tokens do, so that each is to be said one place before (causal models).
    """

    def __init__(self, encoder: Any, *, ahead: bool, smoothing: float = 0.0) -> None:
        super().__init__()
        self.encoder = encoder
        self.ahead = ahead
        self.smoothing = smoothing
        self.register_state_dict_post_hook(_told_once)
        self.register_load_state_dict_pre_hook(_told_again)

    def forward(self, **batch: Tensor) -> dict[str, Tensor]:
        told = self.encoder(**batch)
        if "labels" not in batch:
            return {"logits": told.logits}
        if not self.smoothing:
            return {"loss": told.loss, "logits": told.logits}
        logits, labels = told.logits, batch["labels"]
        if self.ahead:
            logits, labels = logits[:, :-1], labels[:, 1:]
        loss = functional.cross_entropy(
            logits.flatten(0, 1), labels.flatten(), ignore_index=IGNORED, label_smoothing=self.smoothing
        )
        return {"loss": loss, "logits": told.logits}


def _twins(module: nn.Module) -> dict[str, str]:
    """Second names of weights -> their first."""
    first: dict[int, str] = {}
    found = {}
    for name, weight in module.named_parameters(remove_duplicate=False):
        if id(weight) in first:
            found[name] = first[id(weight)]
        first.setdefault(id(weight), name)
    return found


def _told_once(module: nn.Module, state: dict[str, Any], prefix: str, local: Any) -> None:
    for name in _twins(module):
        state.pop(prefix + name, None)


def _told_again(module: nn.Module, state: dict[str, Any], prefix: str, *rest: Any) -> None:
    for name, first in _twins(module).items():
        if prefix + first in state:
            state.setdefault(prefix + name, state[prefix + first])


def load_writer(auto: str, base: Base, folder: Path) -> tuple[Any, Any]:
    """Model and tokenizer. auto: transformers' class that loads the model; folder: of the tokenizer. Raises BadInput, saying
    what is missing."""
    quiet()
    try:
        model = getattr(transformers, auto).from_pretrained(
            base.folder,
            dtype=torch.float32,
            local_files_only=True,
            trust_remote_code=False,
            use_safetensors=True,
        )
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    except (OSError, ValueError, KeyError, AttributeError, ImportError) as error:
        problem = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise BadInput(
            say("text_generation.not_a_writer", folder=str(base.folder), problem=problem),
            say("text_generation.writer_mend"),
        ) from error
    return model, tokenizer


def quiet() -> None:
    """transformers' own bars and remarks would be written over ours."""
    logging.disable_progress_bar()
    logging.set_verbosity_error()


def change(model: Writer, recipe: Recipe) -> None:
    """Changes `model` as the recipe's method wants it. Raises UsageError for a method made for encoders."""
    if recipe.method == "full":
        METHODS.get("full").prepare(model, recipe)
    elif recipe.method == "lora":
        model.encoder = _with_lora(model.encoder, recipe, ahead=model.ahead)
    else:
        raise UsageError(say("text_generation.full_or_lora", method=recipe.method))


def _with_lora(model: Any, recipe: Recipe, *, ahead: bool) -> Any:
    from peft import LoraConfig
    from peft.utils import TRANSFORMERS_MODELS_TO_LORA_TARGET_MODULES_MAPPING as KNOWN

    from longwave.text.methods.modules.by_peft import wrapped

    targets = KNOWN.get(model.config.model_type, "all-linear")
    config = LoraConfig(
        task_type="CAUSAL_LM" if ahead else "SEQ_2_SEQ_LM",
        r=max(1, recipe.lora_r),
        lora_alpha=recipe.lora_alpha,
        lora_dropout=recipe.lora_dropout,
        target_modules=targets,
        fan_in_fan_out=model.config.model_type == "gpt2",
    )
    return wrapped(model, config)


def keep(
    model: Writer, tokenizer: Any, base: Base, recipe: Recipe, told: Mapping[str, Any], folder: Path
) -> None:
    """Writes model, tokenizer and head.json into the folder."""
    METHODS.get(recipe.method).save(model, base, folder)
    tokenizer.save_pretrained(str(folder))
    write_head(folder, told)


def restore(model: Writer, folder: Path, recipe: Recipe) -> None:
    """Puts in place what `keep` wrote beside a base. Raises BadInput."""
    change(model, recipe)
    if recipe.method == "lora":
        from longwave.text.methods.modules import by_peft

        by_peft.restore(model.encoder, folder)
    model.eval()


def length_bounds(lengths: Sequence[int], recipe: Recipe, *, share: float = 0.0) -> dict[str, int]:
    """How many tokens an answer has: not fewer than the `share` quantile of the train rows', nor more than a quarter
    above the 99 % quantile."""
    most = math.ceil(1.25 * float(np.quantile(lengths, 0.99))) + 4 if len(lengths) else 64
    least = int(np.quantile(lengths, share)) if share and len(lengths) else 0
    return {
        "max_new_tokens": recipe.max_new_tokens or min(MOST_NEW, most),
        "min_new_tokens": min(least, recipe.max_new_tokens or most),
    }


def written(
    model: Writer,
    features: Sequence[Mapping[str, Any]],
    settings: Mapping[str, Any],
    *,
    padding: int,
    left: bool = False,
    progress: Progress | None = None,
) -> list[list[int]]:
    """Tokens written for each feature (`input_ids`), by `model.generate` in batches of like length. left: where the padding
    stands; settings: of `GenerationConfig`. The prompt of a causal model is left out."""
    model.eval()
    where = next(model.parameters()).device
    config = GenerationConfig.from_dict({**model.encoder.generation_config.to_dict(), **settings})
    found: list[list[int]] = [[] for _ in features]
    done = 0
    with torch.inference_mode():
        for places in batches(features, BATCH_TOKENS, MOST_AT_ONCE):
            mine = [features[place]["input_ids"] for place in places]
            ids = padded(mine, padding, left=left).to(where)
            there = padded([[1] * len(each) for each in mine], 0, left=left).to(where)
            told = model.encoder.generate(input_ids=ids, attention_mask=there, generation_config=config)
            for place, row in zip(places, told[:, ids.shape[1] :] if left else told, strict=True):
                found[place] = row.tolist()
            done += len(places)
            if progress is not None:
                progress(say("text_generation.writing"), done, len(features))
    return found


def padded(rows: Sequence[Sequence[int]], filler: int, *, left: bool = False) -> Tensor:
    """Shape (rows, longest). left: where the filler stands."""
    longest = max(map(len, rows))
    fillers = [[filler] * (longest - len(row)) for row in rows]
    return torch.tensor(
        [[*fill, *row] if left else [*row, *fill] for fill, row in zip(fillers, rows, strict=True)]
    )
