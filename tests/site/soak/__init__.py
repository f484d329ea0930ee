"""The whole platform as an office runs it, under load and under kill -9: real processes, real HTTP, its own database.

Short forms run with every `make test`, on SQLite and on PostgreSQL; `make soak` runs the long ones.
"""
