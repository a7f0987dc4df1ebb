"""Passwords of accounts that tests make: the argon2id of the portal with the least cost. Its own cost is looked at in
tests/kernel/test_people.py and paid wherever a test registers somebody."""

from argon2 import PasswordHasher

RINGAN = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
