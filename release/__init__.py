"""Release bundles: written on the reviewer's laptop, verified on the legal team's computer."""
