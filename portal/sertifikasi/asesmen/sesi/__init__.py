"""Sessions: when and where, who takes part, who came."""
