"""The activity log as the LSP and who watches it may read it: by its own people, and as figures."""
