"""Publishing: from percent scripts to executed notebooks, pages and the report."""
