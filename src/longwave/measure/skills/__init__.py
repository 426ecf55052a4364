"""Skills: the stocks of old and new ones, what they earn, and how well people and jobs meet."""
