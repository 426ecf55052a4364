"""What a plan says, for tests of any domain."""

from longwave.policy.loop import Plan


def answers(plan: Plan) -> dict[str, str]:
    """Each rule's answer, by its name."""
    return {each.rule.name: each.answer for each in plan.diagnoses}
