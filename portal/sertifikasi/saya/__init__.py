"""The asesi's own side: profile, documents, APL-01 and APL-02."""
