"""The slow-down: for each dimension's leading series whether, and since when, it has changed."""
