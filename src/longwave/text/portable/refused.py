"""What a predictor does not take, said in English and Chinese."""

from __future__ import annotations

from pathlib import Path


class Refused(ValueError):
    """en, zh: what is wrong and how to mend it."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.en = en
        self.zh = zh

    def text(self, lang: str) -> str:
        return self.zh if lang.lower().startswith("zh") else self.en


def broken(path: Path) -> Refused:
    """A file or folder that is not as it was written."""
    return Refused(
        f"{path} is missing or not whole: copy the folder again, or export the model again.",
        f"{path} 缺失或不完整：请重新复制该文件夹，或重新导出模型。",
    )
