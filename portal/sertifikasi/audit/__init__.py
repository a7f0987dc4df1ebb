"""The audit binder: everything of a period in one ordered, hashed archive."""
