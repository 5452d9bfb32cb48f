"""What every part shares: errors, checks, paths, formatting, files, and who imports whom."""
