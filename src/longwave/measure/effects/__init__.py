"""Effects on growth: how much each dimension and driver matters, by panel, local projection and mediation."""
