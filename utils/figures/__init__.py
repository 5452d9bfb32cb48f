"""Figures: the claim as title, computed from what is drawn; labels, units and marks come from the source of the count."""
