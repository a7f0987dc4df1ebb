"""Pleno, decision, certificate, and what follows it: surveilan, suspension, banding, keluhan."""
