"""Checks of the exercises: they know the case. `utils.course` derives the exercises and says the verdicts."""
