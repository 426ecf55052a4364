"""Whole heads and whole inner numbers of the feed-forward maps are left out, and what is left is fitted to what was there.

How much a part matters is how far the logits move when it goes, to first order (Molchanov et al. 2017, ICLR):

    I_i = E || d logits / d m_i ||^2    at a mask m_i = 1 on the part's output,

estimated by back-propagating random combinations of the logits: no label is wanted. The parts of least I by the weights
they cost go first, over all layers together. What the maps behind them then lack is made up for by least squares on the
same rows (as Kwon et al. 2022, NeurIPS, tune what is left): with x = (x_S, x_R) kept and removed,

    W'_S = W_S + W_R E[x_R x_S'] (E[x_S x_S'] + l I)^-1.

Nothing is trained again. What that costs is measured on held-out rows; see `distil` for fewer layers with training.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from longwave.core.errors import UsageError
from longwave.core.message import say
from longwave.text.methods.full import layers_of

ROWS = 8
"""Features a batch: each is one draw of the random combination."""
RIDGE = 1e-3
STEP = 8
"""Inner numbers are left out so many at a time: a processor multiplies in eights."""

_QUERIES, _KEYS, _VALUES = (
    ("query", "q_lin", "q_proj"),
    ("key", "k_lin", "k_proj"),
    ("value", "v_lin", "v_proj"),
)
_OUTS = ("attention.output.dense", "attention.out_lin", "self_attn.out_proj", "attention.out_proj")


@dataclass(frozen=True, eq=False)
class Part:
    """A linear map whose inputs can go in groups of `width`. ways: the maps that make those inputs."""

    down: nn.Linear
    ways: tuple[nn.Linear, ...]
    width: int
    heads: bool

    @property
    def groups(self) -> int:
        return int(self.down.in_features) // self.width

    @property
    def cost(self) -> int:
        """Weights that go with a group."""
        return int(self.width * (self.down.out_features + sum(each.in_features for each in self.ways)))


@dataclass(frozen=True, eq=False)
class Matters:
    """Of each part: scores (groups,) and the mean products of its inputs with a one beside them (inputs + 1, inputs + 1)."""

    scores: tuple[Tensor, ...]
    products: tuple[Tensor, ...]


def parts_of(encoder: Any, *, heads: bool = True) -> list[Part]:
    """What can be pruned. Raises UsageError for an architecture that keeps these maps in another form."""
    inner = int(getattr(encoder.config, "intermediate_size", 0) or getattr(encoder.config, "hidden_dim", 0))
    parts: list[Part] = []
    for layer in layers_of(encoder):
        linear = {name: each for name, each in layer.named_modules() if isinstance(each, nn.Linear)}
        downs = [each for each in linear.values() if each.in_features == inner]
        ups = [each for each in linear.values() if each.out_features == inner]
        if inner and len(downs) == 1 and ups:
            parts.append(Part(downs[0], tuple(ups), 1, False))
        if heads:
            parts += _attention(layer, linear, encoder.config)
    if not parts:
        raise UsageError(say("text_export.not_prunable", kind=str(encoder.config.model_type)))
    return parts


def _attention(layer: Any, linear: Mapping[str, nn.Linear], config: Any) -> list[Part]:
    ways = [
        next((each for name, each in linear.items() if name.rpartition(".")[2] in names), None)
        for names in (_QUERIES, _KEYS, _VALUES)
    ]
    out = next((each for name, each in linear.items() if name.endswith(_OUTS)), None)
    count = int(config.num_attention_heads)
    if out is None or any(way is None or way.out_features != out.in_features for way in ways):
        return []
    known = tuple(way for way in ways if way is not None)
    return [Part(out, known, out.in_features // count, True)]


def weigh(
    model: Any, batches: Sequence[Mapping[str, Tensor]], parts: Sequence[Part], seed: int = 0
) -> Matters:
    """What each group matters on these batches."""
    model.eval()
    masks = [torch.ones(part.groups, requires_grad=True) for part in parts]
    scores = [torch.zeros(part.groups) for part in parts]
    products = [torch.zeros(part.down.in_features + 1, part.down.in_features + 1) for part in parts]
    generator = torch.Generator().manual_seed(seed)
    there = torch.ones(0)

    def hook(place: int) -> Any:
        def before(module: nn.Module, given: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
            seen = given[0].detach()[there.bool()] if given[0].ndim == 3 else given[0].detach()
            seen = torch.cat([seen, torch.ones(len(seen), 1)], dim=1)
            products[place] += seen.T @ seen
            return (given[0] * masks[place].repeat_interleave(parts[place].width), *given[1:])

        return before

    tokens = 0
    handles = [part.down.register_forward_pre_hook(hook(place)) for place, part in enumerate(parts)]
    try:
        for batch in batches:
            there = batch["attention_mask"]
            tokens += int(there.sum())
            logits = model(**batch)["logits"]
            drawn = torch.randn(logits.shape, generator=generator)
            if logits.ndim == 3:
                drawn = drawn * there.unsqueeze(-1)
            for place, slope in enumerate(torch.autograd.grad((logits * drawn).sum(), masks)):
                scores[place] += slope.detach() ** 2
    finally:
        for handle in handles:
            handle.remove()
    return Matters(tuple(scores), tuple(each / max(1, tokens) for each in products))


def chosen(parts: Sequence[Part], matters: Matters, share: float) -> list[Tensor]:
    """The inputs that each part keeps, so that about `share` of all that could go is gone. At least a head, or `STEP` inner
    numbers, of each layer stay."""
    pieces: list[tuple[float, int, int, list[int]]] = []
    for place, (part, scores) in enumerate(zip(parts, matters.scores, strict=True)):
        step = 1 if part.heads else STEP
        order = scores.argsort().tolist()
        for start in range(0, max(0, part.groups - step), step):
            groups = order[start : start + step]
            cost = part.cost * len(groups)
            pieces.append((float(scores[groups].sum()) / cost, cost, place, groups))
    pieces.sort(key=lambda piece: piece[0])
    budget = share * sum(part.cost * part.groups for part in parts)
    gone: list[set[int]] = [set() for _ in parts]
    for _, cost, place, groups in pieces:
        if budget < cost / 2:
            break
        budget -= cost
        gone[place] |= set(groups)
    return [
        torch.tensor([at for at in range(part.down.in_features) if at // part.width not in gone[place]])
        for place, part in enumerate(parts)
    ]


def pruned(model: Any, parts_wanted: bool, matters: Matters, share: float) -> Any:
    """A copy of the model without the least of its parts. parts_wanted: whether heads go too, as in `parts_of`."""
    made = copy.deepcopy(model)
    parts = parts_of(made.encoder, heads=parts_wanted)
    for part, kept, products in zip(parts, chosen(parts, matters, share), matters.products, strict=True):
        with torch.no_grad():
            _shrink(part, kept, products)
    return made


def _shrink(part: Part, kept: Tensor, products: Tensor) -> None:
    every = part.down.in_features
    if len(kept) == every:
        return
    gone = torch.tensor(sorted(set(range(every)) - set(kept.tolist())))
    basis = torch.cat([kept, torch.tensor([every])])  # the one beside the inputs: the bias is fitted too
    square = products[basis][:, basis].double()
    square += RIDGE * square.diagonal().mean() * torch.eye(len(basis), dtype=torch.float64)
    cross = products[gone][:, basis].double()
    weight = part.down.weight.detach()
    made_up = (weight[:, gone].double() @ torch.linalg.solve(square, cross.T).T).to(weight.dtype)
    part.down.weight = nn.Parameter(weight[:, kept] + made_up[:, :-1], requires_grad=False)
    if part.down.bias is not None:
        part.down.bias = nn.Parameter(part.down.bias.detach() + made_up[:, -1], requires_grad=False)
    part.down.in_features = len(kept)
    for way in part.ways:
        way.weight = nn.Parameter(way.weight.detach()[kept], requires_grad=False)
        if way.bias is not None:
            way.bias = nn.Parameter(way.bias.detach()[kept], requires_grad=False)
        way.out_features = len(kept)


def weights_in(parts: Sequence[Part]) -> int:
    """Weights that pruning can reach."""
    return sum(part.cost * part.groups for part in parts)


@contextmanager
def answering(learner: Any, model: Any) -> Iterator[Any]:
    """The learner with another model in its place for a while."""
    own = learner.model
    learner.model = model
    try:
        yield learner
    finally:
        learner.model = own
