"""Before the task, a new encoder reads the rows' texts with words left out, and learns to guess them.

Of each text's tokens 15 % are asked for; of these 80 % are hidden, 10 % are another token and 10 % stay: Devlin et al.
(2019), BERT. Only what is asked for is compared with the vocabulary, which saves most of the output's cost. By
transformers' Trainer; texts are those of the train rows alone, so that nothing is learnt from dev or test.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional
from transformers import PrinterCallback, Trainer, TrainerCallback, TrainingArguments, set_seed

from longwave.core.harvest import Progress
from longwave.core.message import say
from longwave.core.origin import checksum
from longwave.text.bases import check_weights
from longwave.text.portable.batch import IGNORED
from longwave.text.settings.recipe import Recipe
from longwave.text.table import TextTable
from longwave.text.training.cost import timed_epoch
from longwave.text.training.processor import device, mixed, on_device, precision, waited

if TYPE_CHECKING:
    from longwave.text.learners.encoder_learner import EncoderLearner

ASKED = 0.15
LEARNING_RATE = 1e-3
BATCH = 32
READ = "pretrained.safetensors"


class WordGuesser(nn.Module):
    """An encoder with a head that names the token at each place that is asked for; its output weights are the encoder's
    own embeddings."""

    def __init__(self, encoder: Any) -> None:
        super().__init__()
        self.encoder = encoder
        hidden = int(encoder.config.hidden_size)
        self.mixed = nn.Linear(hidden, hidden)
        self.norm = nn.LayerNorm(hidden)
        self.bias = nn.Parameter(torch.zeros(encoder.config.vocab_size))

    def forward(self, input_ids: Tensor, attention_mask: Tensor, labels: Tensor) -> dict[str, Tensor]:
        states = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        asked = labels != IGNORED
        mixed = self.norm(functional.gelu(self.mixed(states[asked])))
        logits = mixed @ self.encoder.get_input_embeddings().weight.T + self.bias
        return {"loss": functional.cross_entropy(logits, labels[asked]), "logits": logits}


class Hiding:
    """Makes a batch of texts with tokens left out, by its own seed. first: numbers below are signs, never asked for."""

    def __init__(self, mask: int, padding: int, vocabulary: int, first: int, seed: int) -> None:
        self.mask, self.padding, self.vocabulary, self.first = mask, padding, vocabulary, first
        self.draws = torch.Generator().manual_seed(seed)

    def __call__(self, examples: Sequence[Mapping[str, Any]]) -> dict[str, Tensor]:
        longest = max(len(each["input_ids"]) for each in examples)
        rows = [each["input_ids"] + [self.padding] * (longest - len(each["input_ids"])) for each in examples]
        ids = torch.tensor(rows)
        open_ = ids >= self.first
        asked = (torch.rand(ids.shape, generator=self.draws) < ASKED) & open_
        if not asked.any():
            asked = open_
        labels = torch.where(asked, ids, IGNORED)
        luck = torch.rand(ids.shape, generator=self.draws)
        others = torch.randint(self.first, self.vocabulary, ids.shape, generator=self.draws)
        hidden = torch.where(asked & (luck < 0.8), self.mask, ids)
        hidden = torch.where(asked & (luck >= 0.9), others, hidden)
        return {"input_ids": hidden, "attention_mask": (ids != self.padding).long(), "labels": labels}


class _Told(TrainerCallback):
    def __init__(self, progress: Progress) -> None:
        self.progress = progress

    def on_step_end(self, args: Any, state: Any, control: Any, **rest: Any) -> None:
        self.progress(say("text_generation.reading_first"), state.global_step, state.max_steps)


def guess_words(learner: EncoderLearner, rows: TextTable, folder: Path, progress: Progress) -> None:
    """Teaches `learner.model.encoder` in place; the weights found lie in `folder` and are taken from there the next time."""
    recipe, encoder = learner.recipe, learner.model.encoder
    examples = _read(learner, rows)
    mine = _mark(examples, recipe)
    kept = folder / READ
    if _is_of(kept, mine):
        encoder.load_state_dict(load_file(kept))
        return
    set_seed(recipe.seed)
    steps = -(-len(examples) // BATCH) * recipe.pretrain_epochs
    trainer = Trainer(
        model=WordGuesser(encoder),
        args=TrainingArguments(
            output_dir=str(folder / ".pretraining"),
            num_train_epochs=recipe.pretrain_epochs,
            learning_rate=LEARNING_RATE,
            per_device_train_batch_size=BATCH,
            weight_decay=recipe.weight_decay,
            warmup_steps=round(0.1 * steps),
            optim=recipe.optim,
            seed=recipe.seed,
            data_seed=recipe.seed,
            train_sampling_strategy="group_by_length",
            remove_unused_columns=False,
            save_strategy="no",
            logging_strategy="no",
            report_to=[],
            disable_tqdm=True,
            use_cpu=device() == "cpu",
            dataloader_pin_memory=False,
            **precision(recipe.precision),
        ),
        data_collator=_hiding(learner),
        train_dataset=examples,
        callbacks=[_Told(progress)],
    )
    trainer.remove_callback(PrinterCallback)
    trainer.train()
    folder.mkdir(parents=True, exist_ok=True)
    part = kept.with_suffix(".part")
    weights = {name: each.detach().cpu().contiguous() for name, each in encoder.state_dict().items()}
    save_file(weights, part, metadata={"of": mine})
    part.replace(kept)
    shutil.rmtree(folder / ".pretraining", ignore_errors=True)


def guessing_seconds(learner: EncoderLearner, rows: TextTable) -> float:
    """What `guess_words` will take, from a few batches; the encoder is left as it was."""
    guesser, hiding = WordGuesser(learner.model.encoder).to(device()).train(), _hiding(learner)

    def once(batch: Sequence[Mapping[str, Any]]) -> float:
        hidden = on_device(hiding(batch), guesser)
        waited()
        begun = time.perf_counter()
        with mixed(learner.recipe.precision):
            loss = guesser(**hidden)["loss"]
        loss.backward()
        waited()
        return time.perf_counter() - begun

    seconds, _ = timed_epoch(_read(learner, rows), BATCH, once)
    guesser.zero_grad(set_to_none=True)
    return seconds * learner.recipe.pretrain_epochs


def _read(learner: EncoderLearner, rows: TextTable) -> list[dict[str, Any]]:
    longest = int(learner.layout["max_length"])
    return [{"input_ids": each.ids[:longest]} for each in learner.tokenizer.encode_batch(rows.texts())]


def _hiding(learner: EncoderLearner) -> Hiding:
    mask = int(learner.tokenizer.token_to_id("[MASK]") or 0)
    words = learner.tokenizer.get_vocab_size()
    return Hiding(mask, learner.padding, words, first=5, seed=learner.recipe.seed)


def _mark(examples: Sequence[Mapping[str, Any]], recipe: Recipe) -> str:
    """By which weights that lie in a folder are known to be of these texts and this recipe."""
    return checksum((recipe.toml() + json.dumps([each["input_ids"] for each in examples])).encode())


def _is_of(kept: Path, mark: str) -> bool:
    if not kept.is_file():
        return False
    check_weights(kept)
    with safe_open(kept, framework="np") as held:
        return (held.metadata() or {}).get("of") == mark
