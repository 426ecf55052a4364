"""The recurrent baselines' networks and their loop: imported from inside functions only, as they want torch."""
