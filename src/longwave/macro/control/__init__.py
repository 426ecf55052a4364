"""Optimal policy: paths and rules of policy instruments that make a quadratic loss least."""
