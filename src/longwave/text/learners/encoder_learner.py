"""A learner on an encoder: any that `AutoModel` loads, with the head of a task and what a method changes."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import Tensor

from longwave.core.errors import BadInput, NotEnoughData, UsageError
from longwave.core.harvest import Progress
from longwave.core.message import say
from longwave.text.bases import SCRATCH, Base, check_weights, find_base
from longwave.text.checkpoints.kept_head import read_head, write_head
from longwave.text.checkpoints.tokenizer_config import positions, write_tokenizer_config
from longwave.text.distil import keep_layers, take_after
from longwave.text.learners.heads import IGNORED, WordForms, make_head
from longwave.text.learners.learner import TokenLearner
from longwave.text.learners.model import TextModel
from longwave.text.method import METHODS
from longwave.text.portable.batch import BATCH_TOKENS as BATCH_TOKENS
from longwave.text.portable.batch import batches, pad
from longwave.text.portable.decode import decode
from longwave.text.portable.encode import encode
from longwave.text.score.calibration import probabilities
from longwave.text.score.metric import FEW_ROWS
from longwave.text.score.temperature import fit_temperature, logs_of_windows, place_temperature
from longwave.text.scratch.encoder import scratch_encoder
from longwave.text.scratch.pretraining import guess_words, guessing_seconds
from longwave.text.settings.recipe import Recipe
from longwave.text.table import Row, TextTable
from longwave.text.task import TASKS

HEAD_WEIGHTS = "head.safetensors"


class EncoderLearner(TokenLearner):
    """layout and told: what head.json keeps; tokenizer: of the package tokenizers."""

    model: TextModel
    tokenizer: Tokenizer

    @classmethod
    def start(cls, table: TextTable, recipe: Recipe, base: Base) -> EncoderLearner:
        """From a base, with a new head. table: labelled rows that show every label; recipe: settled.

        Raises BadInput (a base that is no encoder, or has no fast tokenizer)."""
        task = TASKS.get(table.task)
        told = task.head(table, recipe)
        layout = task.layout(table, recipe)
        method = METHODS.get(recipe.method)
        if base.name == SCRATCH:
            encoder, tokenizer = scratch_encoder(table, recipe)
        else:
            encoder, tokenizer = method.encoder(base)
        if recipe.keep_layers:
            keep_layers(encoder, recipe.keep_layers)
        layout["max_length"] = min(int(layout["max_length"]), positions(encoder.config) - method.room(recipe))
        torch.manual_seed(recipe.seed)
        model = _assembled(encoder, task.module(), told, layout, recipe, label_weights(table, told, recipe))
        teacher = take_after(model, tokenizer, layout, recipe) if recipe.teacher else None
        method.prepare(model, recipe)
        made = cls(model, tokenizer, layout, table.task, recipe, base)
        made.teacher = teacher
        return made

    def pretrain(self, rows: TextTable, folder: Path, progress: Progress) -> None:
        if self.base.name == SCRATCH and self.recipe.pretrain_epochs:
            guess_words(self, rows, folder, progress)

    def pretraining_seconds(self, rows: TextTable) -> float:
        pretrained = self.base.name == SCRATCH and self.recipe.pretrain_epochs
        return guessing_seconds(self, rows) if pretrained else 0.0

    def features(self, rows: Sequence[Row]) -> list[dict[str, Any]]:
        return encode(rows, self.tokenizer, self.layout)

    def examples(self, table: TextTable) -> list[dict[str, Any]]:
        task, rows = TASKS.get(self.task), table.rows()
        made = []
        for feature in self.features(rows):
            target = task.target(rows[feature["row"]], feature, self.model.told)
            if target is not None:
                made.append({**feature, "labels": target})
        return made

    def collate(self, examples: Sequence[Mapping[str, Any]]) -> dict[str, Tensor]:
        batch = {name: torch.from_numpy(values) for name, values in pad(examples, self.padding).items()}
        if "labels" in examples[0]:
            batch["labels"] = self._labels([each["labels"] for each in examples], batch["input_ids"].shape[1])
        return batch

    @property
    def padding(self) -> int:
        """The id of no token."""
        found = [self.tokenizer.token_to_id(sign) for sign in ("[PAD]", "<pad>")]
        return next((each for each in found if each is not None), 0)

    def _labels(self, labels: Sequence[Any], longest: int) -> Tensor:
        if self.model.told["kind"] != "tokens":
            return torch.tensor(labels)
        return torch.tensor([[*each, *[IGNORED] * (longest - len(each))] for each in labels])

    def logits(
        self, features: Sequence[Mapping[str, Any]], progress: Progress | None = None
    ) -> list[np.ndarray[Any, np.dtype[np.float32]]]:
        """One array a feature, without padding."""
        found: list[Any] = [None] * len(features)
        self.model.eval()
        where = next(self.model.parameters()).device
        done = 0
        with torch.inference_mode():
            for places in batches(features, BATCH_TOKENS):
                batch = pad([features[place] for place in places], self.padding)
                told = self.model(**{name: torch.from_numpy(each).to(where) for name, each in batch.items()})[
                    "logits"
                ]
                rows = told.float().cpu().numpy()
                by_token = rows.ndim == 3
                for place, row in zip(places, rows, strict=True):
                    found[place] = row[: len(features[place]["input_ids"])] if by_token else row
                done += len(places)
                if progress is not None:
                    progress(say("text_engine.predicting"), done, len(features))
        return found

    def predict(
        self, rows: Sequence[Row], progress: Progress | None = None, *, chances: bool = False
    ) -> list[Row]:
        """chances: of tags, each one's at each word in the answers too."""
        if self.layout["kind"] == "question" and any(row.get("documents") for row in rows):
            from longwave.text.search.answering import answers_from_documents
            from longwave.text.search.embedding import default_embedder

            return answers_from_documents(
                rows, lambda asked: self.predict(asked, progress), default_embedder()
            )
        features = self.features(rows)
        head = self.head() | ({"chances": True} if chances else {})
        return decode(rows, features, self.logits(features, progress), head)

    def head(self) -> dict[str, Any]:
        """head.json's content for `decode`: with the tags' transitions where they were learnt."""
        told = dict(self.model.told)
        if getattr(self.model.head, "moves", None) is not None:
            told["transitions"] = self.model.head.moves.detach().cpu().tolist()
            told["begins"] = self.model.head.begins.detach().cpu().tolist()
        return told

    def tune(self, dev: TextTable) -> None:
        """Temperature (one number, least log loss on dev; Guo et al. 2017), then the task's thresholds."""
        if not len(dev):
            return
        rows = dev.rows()
        features = self.features(rows)
        logits = self.logits(features)
        told = decode(rows, features, logits, self.head())
        if self.model.told["kind"] == "tokens":
            value = place_temperature(*self._tags_at(rows, features, logits)) if len(dev) >= FEW_ROWS else 1.0
        else:
            value = _temperature(self.model.told, dev, told, (features, logits))
        if value != 1.0:
            self.model.told["temperature"] = value
            told = decode(rows, features, logits, self.head())
        self.model.told = TASKS.get(self.task).tuned(self.model.told, dev, told)

    def _tags_at(
        self, rows: Sequence[Row], features: Sequence[Row], logits: Sequence[Any]
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Each word's logits and the place of its tag; none where transitions were learnt, which no temperature is for."""
        head, task = self.head(), TASKS.get(self.task)
        said, there = [np.zeros((0, len(head["labels"])))], [np.zeros(0, np.int64)]
        for feature, mine in zip(features, logits, strict=True) if "transitions" not in head else ():
            targets = np.array(task.target(rows[feature["row"]], feature, head), np.int64)
            known = targets != IGNORED
            said.append(np.asarray(mine, float)[known])
            there.append(targets[known])
        return np.vstack(said), np.concatenate(there)

    def save(self, folder: Path) -> None:
        METHODS.get(self.recipe.method).save(self.model, self.base, folder)
        # Not by its own save, which tells a full disk by an error that has no kind.
        (folder / "tokenizer.json").write_text(self.tokenizer.to_str(pretty=True), "utf-8")
        write_tokenizer_config(folder, self.tokenizer, self.model.encoder.config, self.padding)
        weights = {f"head.{k}": v for k, v in self.model.head.state_dict().items()}
        if self.model.forms is not None:
            weights |= {f"forms.{k}": v for k, v in self.model.forms.state_dict().items()}
        save_file(
            {name: value.detach().cpu().contiguous() for name, value in weights.items()},
            folder / HEAD_WEIGHTS,
        )
        kept = {
            "task": self.task,
            "layout": self.layout,
            "head": self.head(),
            "hidden": hidden_size(self.model.encoder),
            "padding": self.padding,
        }
        write_head(folder, kept)

    @classmethod
    def load(cls, folder: Path, recipe: Recipe, base: Base) -> EncoderLearner:
        """Raises BadInput for a folder whose files are not whole."""
        kept = read_head(folder)
        task = TASKS.get(kept["task"])
        method = METHODS.get(recipe.method)
        encoder, tokenizer = load_encoder(folder if method.whole else base.folder, tokenizer_of=folder)
        model = _assembled(encoder, task.module(), dict(kept["head"]), kept["layout"], recipe, None)
        method.restore(model, folder, recipe)
        check_weights(folder / HEAD_WEIGHTS)
        weights = load_file(folder / HEAD_WEIGHTS)
        for part in ("head", "forms"):
            module = getattr(model, part)
            if module is not None:
                mine = {
                    name.partition(".")[2]: value
                    for name, value in weights.items()
                    if name.startswith(f"{part}.")
                }
                module.load_state_dict(mine)
        model.eval()
        return cls(model, tokenizer, kept["layout"], kept["task"], recipe, base)


def load_encoder(folder: Path, tokenizer_of: Path | None = None) -> tuple[Any, Tokenizer]:
    """The encoder in single precision, without a pooler, and its tokenizer. Raises BadInput."""
    from transformers import AutoModel
    from transformers.utils import logging

    logging.disable_progress_bar()  # it would write over ours
    logging.set_verbosity_error()  # a pooler that is not there is not missed
    try:
        encoder = AutoModel.from_pretrained(
            folder, dtype=torch.float32, local_files_only=True, trust_remote_code=False, use_safetensors=True
        )
        tokenizer = (
            _tokenizer_of_base(folder) if tokenizer_of is None else _tokenizer_of_checkpoint(tokenizer_of)
        )
    except (OSError, ValueError, AttributeError, KeyError) as error:
        raise BadInput(
            say(
                "text_engine.not_an_encoder",
                folder=str(folder),
                problem=str(error).splitlines()[0] if str(error) else type(error).__name__,
            ),
            say("text_engine.base_mend"),
        ) from error
    # Some files cut and fill each text to a fixed length by themselves; here `portable.encode` does that.
    tokenizer.no_padding()
    tokenizer.no_truncation()
    if getattr(encoder, "pooler", None) is not None:
        encoder.pooler = None  # never trained for sentences: the head reads the mean of the states
    return encoder, tokenizer


def _tokenizer_of_base(folder: Path) -> Tokenizer:
    from transformers import AutoTokenizer

    if (folder / "tokenizer.json").is_file():
        return _tokenizer_in(folder / "tokenizer.json")
    loaded = AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    return Tokenizer.from_str(loaded.backend_tokenizer.to_str())


def _tokenizer_of_checkpoint(folder: Path) -> Tokenizer:
    """Raises BadInput that names the file: the base beside it may be whole."""
    try:
        return _tokenizer_in(folder / "tokenizer.json")
    except (OSError, ValueError) as error:
        raise BadInput(
            say("text_engine.no_tokenizer", folder=str(folder)), say("text_engine.broken_mend")
        ) from error


def _tokenizer_in(path: Path) -> Tokenizer:
    """Raises OSError, and ValueError for a file that is none: the package raises a bare Exception for it."""
    written = path.read_text("utf-8")
    told = json.loads(written)
    if not isinstance(told, dict) or not isinstance(told.get("model"), dict):
        raise ValueError("tokenizer.json holds no model")
    return Tokenizer.from_str(written)


def hidden_size(encoder: Any) -> int:
    return int(encoder.config.hidden_size)


def _assembled(
    encoder: Any,
    module: str,
    told: dict[str, Any],
    layout: Mapping[str, Any],
    recipe: Recipe,
    weights: Tensor | None,
) -> TextModel:
    shapes, letters = bool(layout.get("shapes")), int(layout.get("letters", 0))
    hidden = hidden_size(encoder)
    # ALBERT and ELECTRA have narrower embeddings than states, and forms are added to embeddings.
    width = int(encoder.get_input_embeddings().embedding_dim)
    forms = WordForms(width, shapes=shapes, letters=letters) if shapes or letters else None
    head = make_head(module, hidden, told, recipe.as_dict())
    return TextModel(
        encoder, head, told=told, forms=forms, smoothing=recipe.label_smoothing_factor, weights=weights
    )


def label_weights(table: TextTable, told: Mapping[str, Any], recipe: Recipe) -> Tensor | None:
    """n / (K n_k) of each label for ``balanced`` (King and Zeng 2001), with several labels the odds against each."""
    if recipe.class_weights != "balanced" or told["kind"] != "sequence" or told.get("ordered"):
        return None
    rows = (
        [set(each) for each in table.frame["labels"]]
        if told.get("several")
        else [{each} for each in table.frame["label"]]
    )
    counts = np.array([max(1, sum(label in row for row in rows)) for label in told["labels"]], float)
    weights = (len(rows) - counts) / counts if told.get("several") else len(rows) / (len(counts) * counts)
    return torch.tensor(weights, dtype=torch.float32)


def _temperature(
    head: Mapping[str, Any], dev: TextTable, told: Sequence[Row], read: tuple[Any, Any]
) -> float:
    """Of dev's probabilities; 1 where a row has no single label, or dev is too small to say. read: the features and what
    the model said of each, where a row may have several."""
    if head["kind"] != "sequence" or head.get("several") or head.get("ordered"):
        return 1.0
    # A row of a label that was never learnt (out of scope, where train has none) has no probability that could be true.
    known = dev.frame["label"].isin(head["labels"]).to_numpy(dtype=bool)
    gold = dev.frame["label"][known].tolist()
    given = probabilities(head["labels"], gold, [row for row, kept in zip(told, known, strict=True) if kept])
    if given is None:
        return 1.0
    rows = np.array([feature["row"] for feature in read[0]])
    logs_at = _windows_of(read[1], rows, known) if len(rows) > len(dev) else None
    try:
        return fit_temperature(given, logs_at).value
    except NotEnoughData:
        return 1.0


def _windows_of(
    logits: Any, rows: NDArray[np.int64], known: NDArray[np.bool_]
) -> Callable[[float], NDArray[np.float64]]:
    """`logs_of_windows` of the known rows alone. rows: which row each window is of."""
    mine = known[rows]
    places = np.unique(rows[mine], return_inverse=True)[1]
    return logs_of_windows(np.array(logits, float)[mine], places)


def base_of(folder: Path, name: str, sha256: str) -> Base:
    """The base of a checkpoint that keeps only what was changed: where it lay, or under its own name beside the checkpoint;
    never fetched. Raises BadInput where it is another by now, or is not here."""
    changed = False
    for place in (name, *(str(near / Path(name).name) for near in folder.resolve().parents[:3])):
        try:
            found = find_base(place, fetch=False)
        except UsageError:
            continue
        if found.sha256 == sha256:
            return replace(found, name=name)
        changed = True
    key = "text_engine.other_base" if changed else "text_engine.base_gone"
    beside = str(folder.parent / Path(name).name)
    raise BadInput(say(key, folder=str(folder), base=name), say("text_engine.other_base_mend", place=beside))
