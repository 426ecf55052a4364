"""What a predictor does not take, said in English and Chinese."""

from __future__ import annotations


class Refused(ValueError):
    """en, zh: what is wrong and how to mend it."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.en = en
        self.zh = zh

    def text(self, lang: str) -> str:
        return self.zh if lang.lower().startswith("zh") else self.en
