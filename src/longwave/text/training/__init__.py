"""From rows and a recipe to settled weights: the plan and its cost, the Trainer and what bends it, states and resumption."""
