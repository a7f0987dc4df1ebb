"""Repository of certification documents: finding, keeping, checking, destroying."""
