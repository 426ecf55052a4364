"""Tokenizers learnt from the given texts, by the package tokenizers.

reading   for encoders: small letters, each Chinese character by itself, other words in pieces (byte-pair encoding:
          Sennrich et al. 2016, Neural machine translation of rare words with subword units). A sign that was never seen
          is [UNK].
writing   for models that write: every text comes back as it was, blanks and signs included. Pieces of words and runs of
          Chinese characters; a character that was never seen is written as its bytes, so that nothing is unknown.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from tokenizers import (
    AddedToken,
    Regex,
    Tokenizer,
    decoders,
    models,
    normalizers,
    pre_tokenizers,
    processors,
    trainers,
)

READING_SIGNS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
WRITING_SIGNS = ("<pad>", "<s>", "</s>", "<unk>")
_BYTES = tuple(f"<0x{byte:02X}>" for byte in range(256))
_LEAST = 2
"""How often a piece must be seen: what stands once in all texts teaches nothing."""
_RUNS = Regex(r"[\p{P}\p{S}]|\p{N}|[\u3400-\u9fff]+")
"""Signs and digits stand alone; a run of Chinese characters is cut into words within itself only."""


def reading_tokenizer(texts: Iterable[str], size: int) -> Tokenizer:
    """For an encoder: [CLS] text [SEP]. size: entries at most."""
    made = Tokenizer(models.BPE(unk_token="[UNK]"))  # noqa: S106 - a sign, no secret
    made.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.BertNormalizer(strip_accents=False, lowercase=True)]
    )
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    made.train_from_iterator(
        texts,
        trainers.BpeTrainer(
            vocab_size=size, min_frequency=_LEAST, special_tokens=list(READING_SIGNS), show_progress=False
        ),
    )
    made.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[(sign, made.token_to_id(sign)) for sign in ("[CLS]", "[SEP]")],
    )
    return made


def writing_tokenizer(texts: Iterable[str], size: int) -> Tokenizer:
    """For a model that writes: text </s>. size: entries at most, beside 256 bytes."""
    made = Tokenizer(models.BPE(unk_token="<unk>"))  # noqa: S106 - a sign, no secret
    made.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="first"),
            pre_tokenizers.Split(_RUNS, behavior="isolated"),
        ]
    )
    made.train_from_iterator(
        texts,
        trainers.BpeTrainer(
            vocab_size=size + len(_BYTES),
            min_frequency=_LEAST,
            limit_alphabet=size // 2,
            special_tokens=[*WRITING_SIGNS, *_BYTES],
            show_progress=False,
        ),
    )
    made = _with_bytes(made)
    made.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    made.post_processor = processors.TemplateProcessing(
        single="$A </s>", special_tokens=[("</s>", made.token_to_id("</s>"))]
    )
    return made


def _with_bytes(made: Tokenizer) -> Tokenizer:
    """Bytes as plain entries of the vocabulary, to which an unknown character falls back: text that looks like one of
    them is no sign."""
    told = json.loads(made.to_str())
    told["model"]["byte_fallback"] = True
    told["added_tokens"] = [each for each in told["added_tokens"] if each["content"] in WRITING_SIGNS]
    plain = Tokenizer.from_str(json.dumps(told, ensure_ascii=False))
    plain.add_special_tokens([AddedToken(sign, special=True, normalized=False) for sign in WRITING_SIGNS])
    return plain
