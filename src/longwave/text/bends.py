"""What a recipe bends of a training step: see `trainer.Bend`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from longwave.text.recipe import Recipe

if TYPE_CHECKING:
    from longwave.text.trainer import Bend


def bends_of(recipe: Recipe) -> tuple[Bend, ...]:
    """In the order in which they act."""
    from longwave.text.adversarial import Adversary
    from longwave.text.soft_targets import SoftTargets
    from longwave.text.two_passes import TwoPasses

    bends: list[Bend] = []
    if recipe.r_drop:
        bends.append(TwoPasses(recipe.r_drop))
    if recipe.adversarial != "none":
        steps = recipe.adversarial_steps if recipe.adversarial == "pgd" else 1
        bends.append(Adversary(recipe.adversarial_epsilon, steps))
    if recipe.teacher:
        bends.append(SoftTargets(recipe.teacher, recipe.teacher_temperature, recipe.teacher_weight))
    return tuple(bends)
