"""A trend that drifts: level and slope with their doubt, and how likely it is that the slope has fallen."""
