"""A model as another text: ours, or LaTeX; and what of its file such a text does not hold."""

from __future__ import annotations

from longwave.core.message import Message, say
from longwave.macro.language.latex import model_to_latex
from longwave.macro.language.write import write_model
from longwave.macro.model import Model
from longwave.workflows.model.source import Sourced


def left_behind(sourced: Sourced) -> tuple[Message, ...]:
    """What the file of a model says and its text in our language cannot: figures, initial and end values, shocks."""
    imported = sourced.imported
    if imported is None:
        return ()
    words: list[Message | str] = [] if imported.data is None else [say("figures.data")]
    words += [] if imported.scene is None else imported.scene.said()
    return (say("figures.left_behind", words=tuple(words)),) if words else ()


def converted(model: Model, suffix: str) -> str:
    """The model as LaTeX for .tex, else in our own language."""
    return model_to_latex(model) if suffix.lower() == ".tex" else write_model(model)
