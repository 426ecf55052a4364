"""The policy domains: one folder each, data and not code."""
