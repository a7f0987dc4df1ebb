"""From the candidates for a case to the letter of assignment, and what ends one."""
