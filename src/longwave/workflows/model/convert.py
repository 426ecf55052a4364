"""A model as another text: ours, or LaTeX."""

from __future__ import annotations

from longwave.macro.language.latex import model_to_latex
from longwave.macro.language.write import write_model
from longwave.macro.model import Model


def converted(model: Model, suffix: str) -> str:
    """The model as LaTeX for .tex, else in our own language."""
    return model_to_latex(model) if suffix.lower() == ".tex" else write_model(model)
