"""Interventions: what past ones did, how often such come, and how paths shift when one comes."""
