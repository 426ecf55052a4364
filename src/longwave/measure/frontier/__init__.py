"""The efficiency frontier: data envelopment, productivity change over time, and the stochastic frontier."""
