"""Models written for other tools, read into the house's own model: FRB/US, bimets MDL, Dynare, EViews, ModelFlow."""
