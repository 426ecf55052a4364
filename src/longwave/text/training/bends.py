"""What a recipe bends of a training step: see `bend.Bend`.

loss = (1 - w) L + w T^2 KL(teacher, student) + penalties,   L = (L_1 + L_2) / 2 + r_drop * disagreement(1, 2)

What the data say comes first, gold and R-Drop before the teacher, who takes his share of both; the method's penalties
(AdaLoRA's orthogonality, continual learning's anchor) are added to the whole and shared with nobody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from longwave.text.learners.learner import AbstractLearner
    from longwave.text.training.bend import Bend


def bends_of(learner: AbstractLearner) -> tuple[Bend, ...]:
    """In the order in which they act."""
    from longwave.text.training.adversarial import Adversary
    from longwave.text.training.soft_targets import SoftTargets
    from longwave.text.training.two_passes import TwoPasses

    recipe = learner.recipe
    bends: list[Bend] = []
    if recipe.r_drop:
        bends.append(TwoPasses(recipe.r_drop))
    if learner.teacher is not None:
        bends.append(SoftTargets(learner.teacher, recipe.teacher_temperature, recipe.teacher_weight))
    if recipe.adversarial != "none":
        steps = recipe.adversarial_steps if recipe.adversarial == "pgd" else 1
        bends.append(Adversary(learner.model, recipe.adversarial_epsilon, steps))
    return tuple(bends)
