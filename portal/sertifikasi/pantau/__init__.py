"""Outside persons who look in for a time, and what they see."""
