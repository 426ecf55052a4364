"""What an importer brings: the model, the data that came with it, and what the reader should know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from longwave.core.message import Message
from longwave.macro.databank import Databank
from longwave.macro.interop.calendar import Made
from longwave.macro.interop.scene import Scene
from longwave.macro.model import ADD, Model


@dataclass(frozen=True)
class Imported:
    """A model from elsewhere.

    format: where it is from (frbus, mdl, dynare, eviews, modelflow); data: the figures in the same file, None where
    there were none; warnings: what was left out or read in a way the file's owner may not expect.
    renamed: words of the source and what they are called here (``rffintay_aerr`` is the add-factor ``rffintay.add``);
    defaults: the value of columns that data need not bring; stochastic: variables whose equations the model's owner
    shocks in stochastic simulations; made: columns that follow from the calendar or from other columns;
    scene: initial and end values and shocks, where the file gives them.
    """

    model: Model
    format: str
    data: Databank | None = None
    warnings: tuple[Message, ...] = ()
    renamed: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, float] = field(default_factory=dict)
    stochastic: tuple[str, ...] = ()
    made: tuple[Made, ...] = ()
    scene: Scene | None = None

    def own_name(self, name: str) -> str:
        """What a word of the source is called here: renamed, or the one variable that differs from it only in case."""
        if name in self.renamed:
            return self.renamed[name]
        stem = name.removesuffix(ADD)
        own = [each.name for each in (*self.model.endogenous, *self.model.exogenous)]
        if stem in own:
            return name
        alike = [each for each in own if each.casefold() == stem.casefold()]
        renamed = {new for old, new in self.renamed.items() if old.casefold() == name.casefold()}
        if len(alike) + len(renamed) != 1:
            return name
        return renamed.pop() if renamed else alike[0] + name[len(stem) :]

    def complete(self, bank: Databank) -> Databank:
        """The same figures under the model's names, with columns that need not be brought made or at their defaults.

        A column that differs from one name of the model only in case is that variable's. Raises BadInput where a
        made column wants a period that the bank does not have.
        """
        names = self._names(bank.names)
        bank = Databank(bank.first, names, bank.values)
        for each in self.made:
            if each.name not in bank.names:
                bank = bank.with_columns({each.name: each.values(bank)})
        lacking = {name: value for name, value in self.defaults.items() if name not in bank.names}
        return bank.with_columns({name: np.full(len(bank.values), value) for name, value in lacking.items()})

    def _names(self, given: tuple[str, ...]) -> tuple[str, ...]:
        model = self.model
        own = {each.name for each in (*model.endogenous, *model.exogenous)}
        folded: dict[str, list[str]] = {}
        for name in own:
            folded.setdefault(name.casefold(), []).append(name)
        taken = own.intersection(given)
        names: list[str] = []
        for name in given:
            new = self.renamed.get(name, name)
            alike = folded.get(new.casefold(), [])
            if new not in own and len(alike) == 1 and alike[0] not in taken:
                new = alike[0]
                taken.add(new)
            names.append(new)
        return tuple(names)
