"""Certificates from before the portal: loaded from the old register, shown to the public as not yet checked until
somebody of the sekretariat has held the scan of the paper against what was loaded."""
