"""From the publishers' line lists to the daily tables in `data/`: `run.ingest` does it, `datapackage` describes them."""
