"""Letters of an office (surat pengantar) that carry requests to BKPSDM, and their numbers."""
