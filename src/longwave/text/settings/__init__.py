"""What a user may set: the recipe, what is refused of it, what it leaves open, the search for better ones."""
