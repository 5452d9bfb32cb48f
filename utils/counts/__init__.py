"""Daily counts: the value that joins a source to the engine, its days and their states, closed days, files of counts."""
