"""The policy loop: evidence, diagnosis, design, watching and evaluation, the same five steps for every domain."""
