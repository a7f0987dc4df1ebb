"""Reading the register from other systems of the city: keys, what each may read, JSON by day, its description."""
