"""Questions: event, unit, threshold, window and rule in one object; first passage, by which paths answer and days resolve."""
