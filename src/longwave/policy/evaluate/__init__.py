"""Evaluation afterwards: what became of the outcome against what would have been without the policy."""
