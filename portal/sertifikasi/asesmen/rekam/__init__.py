"""Records of the assessment: FR.AK.02, feedback, report, minutes."""
