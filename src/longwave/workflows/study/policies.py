"""What a study says of policy where it was asked to: the joint mix, then each domain's plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from longwave.report.document import Section

if TYPE_CHECKING:
    from longwave.workflows.policy.run import Policy


def policy_sections(policy: Policy) -> tuple[Section, ...]:
    """The sections of one area's policy."""
    from longwave.workflows.policy.page import domain_section, joint_sections

    joint = () if policy.joint is None else joint_sections(policy, policy.joint)
    return (*joint, *(domain_section(plan, policy.area_names) for plan in policy.plans.values()))
