"""The yearly plan. Planning screens come later; until then a set SKP is imported."""
