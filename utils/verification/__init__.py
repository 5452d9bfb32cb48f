"""Verification: backtests by rolling origin, scores, calibration, and how far a mean of scores can be trusted."""
