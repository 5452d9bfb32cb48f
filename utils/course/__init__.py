"""A course over the notebooks: exercises that are derived from their solutions, and checks that answer in words."""
