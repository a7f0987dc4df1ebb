"""What everybody may read: the LSP, its schemes, its content, and the way to ask."""
