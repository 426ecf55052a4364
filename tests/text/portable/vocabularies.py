"""Small vocabularies of each kind that encoders come with, learnt from a few sentences."""

from functools import cache

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

TEXTS = (
    "The central bank raised its policy rate by a quarter of a point.",
    "Apple bought Beats for three billion dollars, the U.S. firm said.",
    "Costs of $40 and more: #1 reason why output fell in 2009.",
    "人民银行下调了存款准备金率，市场利率随之下降。",
    "東方航空與上航合併。",
    "déjà vu naïve café",
) * 4
SIGNS, UNKNOWN = ("[PAD]", "[UNK]", "[CLS]", "[SEP]"), "<unk>"
KINDS = ("wordpiece", "byte_level", "sentencepiece", "plain")


@cache
def _written(kind: str) -> str:
    return {
        "wordpiece": _wordpiece,
        "byte_level": _byte_level,
        "sentencepiece": _sentencepiece,
        "plain": _plain,
    }[kind]()


def vocabulary(kind: str) -> Tokenizer:
    """wordpiece (BERT), byte_level (RoBERTa, without a space put before), sentencepiece (T5), plain (no signs at all)."""
    return Tokenizer.from_str(_written(kind))


def _wordpiece() -> str:
    made = Tokenizer(models.WordPiece(unk_token=SIGNS[1]))
    made.normalizer = normalizers.BertNormalizer(lowercase=True)
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    made.train_from_iterator(
        TEXTS, trainers.WordPieceTrainer(vocab_size=300, special_tokens=list(SIGNS), show_progress=False)
    )
    made.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[(sign, made.token_to_id(sign)) for sign in ("[CLS]", "[SEP]")],
    )
    return made.to_str()


def _byte_level() -> str:
    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=600,
        special_tokens=["<s>", "<pad>", "</s>", "<unk>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    made.train_from_iterator(TEXTS, trainer)
    made.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0), add_prefix_space=False)
    return made.to_str()


def _sentencepiece() -> str:
    made = Tokenizer(models.Unigram())
    made.pre_tokenizer = pre_tokenizers.Metaspace()
    trainer = trainers.UnigramTrainer(
        vocab_size=300, special_tokens=["<pad>", "</s>", UNKNOWN], unk_token=UNKNOWN, show_progress=False
    )
    made.train_from_iterator(TEXTS, trainer)
    made.post_processor = processors.TemplateProcessing(
        single="$A </s>", pair="$A </s> $B </s>", special_tokens=[("</s>", made.token_to_id("</s>"))]
    )
    return made.to_str()


def _plain() -> str:
    made = Tokenizer(models.WordLevel(unk_token=UNKNOWN))
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    made.train_from_iterator(TEXTS, trainers.WordLevelTrainer(special_tokens=["<unk>"], show_progress=False))
    return made.to_str()
