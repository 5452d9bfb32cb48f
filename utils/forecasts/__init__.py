"""Forecasts: joint paths of the days to come, answers read off them, what may come, tables, and an archive of answers."""
