"""Heads: padding and neighbours in a batch change no answer, and word forms begin by changing nothing."""

from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("transformers")
pytest.importorskip("tokenizers")

import torch
import transformers

from longwave.text.learners.heads import NEVER, WordForms, make_head, of_text, pooled
from longwave.text.learners.model import TextModel
from longwave.text.portable.batch import batches, pad
from longwave.text.portable.encode import encode

from ..portable.vocabularies import vocabulary

RECIPE = {"dropout": 0.1, "pool": "mean", "crf": False}
HIDDEN = 16


def encoder(*, types: int = 2) -> Any:
    torch.manual_seed(0)
    config = transformers.BertConfig(
        vocab_size=vocabulary("wordpiece").get_vocab_size(),
        hidden_size=HIDDEN,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=64,
        type_vocab_size=types,
    )
    return transformers.BertModel(config, add_pooling_layer=False).eval()


ROWS = {
    "text": [
        {"text": "output fell"},
        {"text": "The central bank raised its policy rate by a quarter of a point."},
        {"text": ""},
    ],
    "pair": [{"text": "output fell", "other": "the bank raised rates in 2009"}, {"text": "a", "other": "b"}],
    "tokens": [
        {"tokens": ["Apple", "bought", "Beats", "for", "three", "billion", "dollars"]},
        {"tokens": ["U.S."]},
        {"tokens": []},
    ],
    "markers": [
        {"text": "Apple bought Beats", "head_start": 0, "head_end": 5, "tail_start": 13, "tail_end": 18},
        {
            "text": "Beats fell in the U.S. and Apple rose by a quarter of a point in 2009",
            "head_start": 0,
            "head_end": 5,
            "tail_start": 27,
            "tail_end": 32,
        },
    ],
    "thing": [
        {"text": "Apple bought Beats", "about": "Beats"},
        {"text": "The central bank raised its rate by a quarter", "about": "rate"},
    ],
    "question": [
        {
            "question": "Who bought Beats?",
            "context": "Apple bought Beats for three billion dollars, the U.S. firm said.",
        },
        {"question": "Who?", "context": "Apple"},
    ],
}
KINDS = {
    "text": ("sequence", "sequence"),
    "pair": ("sequence", "pair_of_texts"),
    "tokens": ("tokens", "tokens"),
    "markers": ("sequence", "pair_of_things"),
    "thing": ("sequence", "sequence"),
    "question": ("span", "span"),
}


def model(kind: str, pool: str = "mean") -> TextModel:
    torch.manual_seed(1)
    told = {
        "kind": KINDS[kind][0],
        "labels": ["a", "b", "c"],
        "layers": 2 if kind in ("tokens", "markers") else 1,
    }
    forms = WordForms(HIDDEN, shapes=True, letters=5) if kind == "tokens" else None
    if forms is not None:
        torch.nn.init.normal_(forms.shapes.weight)
        torch.nn.init.normal_(forms.out.weight)
    head = make_head(KINDS[kind][1], HIDDEN, told, {**RECIPE, "pool": pool})
    return TextModel(encoder(), head, told=told, forms=forms).eval()


def answers(built: TextModel, features: list[dict[str, Any]]) -> list[np.ndarray]:
    batch = {name: torch.from_numpy(each) for name, each in pad(features, 0).items()}
    with torch.inference_mode():
        logits = built(**batch)["logits"].numpy()
    return [
        row[: len(each["input_ids"])] if logits.ndim == 3 else row
        for row, each in zip(logits, features, strict=True)
    ]


@pytest.mark.parametrize("pool", ["mean", "max", "cls"])
@pytest.mark.parametrize("kind", ROWS)
def test_neighbours_in_a_batch_change_no_answer(kind: str, pool: str) -> None:
    layout = {"kind": kind, "max_length": 40, "stride": 4, "shapes": True, "letters": 5}
    features = encode(ROWS[kind], vocabulary("wordpiece"), layout)
    built = model(kind, pool)
    together = answers(built, features)
    for feature, beside in zip(features, together, strict=True):
        (alone,) = answers(built, [feature])
        assert alone == pytest.approx(beside, abs=1e-5)


def test_padding_has_no_part_in_the_mean() -> None:
    states = torch.tensor([[[1.0, 5.0], [3.0, 7.0], [100.0, 100.0]]])
    mask = torch.tensor([[1, 1, 0]])
    assert pooled(states, mask, "mean").tolist() == [[2.0, 6.0]]
    assert pooled(states, mask, "max").tolist() == [[3.0, 7.0]]
    assert pooled(states, mask, "cls").tolist() == [[1.0, 5.0]]
    assert pooled(states, torch.zeros(1, 3), "mean").tolist() == [[0.0, 0.0]]


def test_a_thing_asked_about_is_read_beside_its_text() -> None:
    states = torch.tensor([[[1.0], [3.0]]])
    batch = {"attention_mask": torch.tensor([[1, 1]]), "head_mask": torch.tensor([[0, 1]])}
    assert of_text(states, batch, "mean").tolist() == [[2.5]]


def test_no_answer_can_begin_or_end_in_padding() -> None:
    head = make_head("span", HIDDEN, {}, RECIPE).eval()
    told = head(torch.randn(1, 3, HIDDEN), {"attention_mask": torch.tensor([[1, 1, 0]])})
    assert told[0, 2].tolist() == [NEVER, NEVER]
    assert (told[0, :2] > NEVER).all()


def test_word_forms_begin_at_nought() -> None:
    forms = WordForms(HIDDEN, shapes=True, letters=4)
    embedded = torch.randn(2, 3, HIDDEN)
    batch = {"shapes": torch.ones(2, 3, dtype=torch.long), "letters": torch.ones(2, 3, 4, dtype=torch.long)}
    assert torch.equal(forms(embedded, batch), embedded)


def test_types_are_kept_from_an_encoder_that_knows_none() -> None:
    features = encode(ROWS["pair"], vocabulary("wordpiece"), {"kind": "pair", "max_length": 40})
    built = model("pair")
    built.encoder = encoder(types=1)
    assert all(np.isfinite(each).all() for each in answers(built, features))


def test_one_head_a_kind() -> None:
    assert (
        make_head("sequence", 8, {"labels": ["a", "b", "c"], "ordered": True}, RECIPE).out.out_features == 2
    )
    assert make_head("sequence", 8, {"labels": ["a", "b", "c"]}, RECIPE).out.out_features == 3
    assert make_head("pair_of_things", 8, {"labels": ["a", "b"]}, RECIPE).mixed.in_features == 24
    assert make_head("pair_of_texts", 8, {"labels": ["a", "b"]}, RECIPE).mixed.in_features == 40
    assert make_head("tokens", 8, {"labels": ["O"]}, {**RECIPE, "crf": True}).moves.shape == (1, 1)
    assert make_head("tokens", 8, {"labels": ["O"]}, RECIPE).moves is None


def test_batches_hold_every_feature_once_the_longest_first() -> None:
    features = [{"input_ids": [0] * length} for length in (3, 50, 1, 7, 7, 2000)]
    found = list(batches(features, tokens=100, most=3))
    assert sorted(place for each in found for place in each) == list(range(6))
    assert found[0] == [5]
    lengths = [len(features[place]["input_ids"]) for each in found for place in each]
    assert lengths == sorted(lengths, reverse=True)
    assert all(len(each) <= 3 for each in found)


def test_a_head_reads_the_mean_of_the_layers_that_it_was_told() -> None:
    features = encode(ROWS["text"][:1], vocabulary("wordpiece"), {"kind": "text", "max_length": 40})
    batch = {name: torch.from_numpy(each) for name, each in pad(features, 0).items()}
    built = model("text")
    with torch.inference_mode():
        every = built.encoder(**batch, output_hidden_states=True).hidden_states
        last = built.states(batch)
        built.told["layers"] = 2
        both = built.states(batch)
        built.told["layers"] = 9
        all_there_are = built.states(batch)
    assert torch.allclose(last, every[-1])
    assert torch.allclose(both, (every[-1] + every[-2]) / 2)
    assert torch.allclose(all_there_are, sum(every) / len(every))
