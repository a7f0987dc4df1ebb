"""Quality of the data by the indicators of BKN: findings, tickets, scores, and which repair lifts them most."""
