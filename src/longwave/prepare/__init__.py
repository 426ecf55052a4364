"""Prepare figures: our names, units and areas (`harmonise`), the quality checks that hold back what cannot be trusted
(`quality`, `checks/`), and one source for each area and concept (`choose`)."""
