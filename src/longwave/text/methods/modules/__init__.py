"""What methods put into a model: torch modules, and the files in which their weights are kept."""
