"""Trade and capital flows: openness, terms of trade, gravity and tariffs."""
