"""Passwords hashed as the platform does, but quickly."""

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class Quick(PBKDF2PasswordHasher):
    """A thousandth of the iterations."""

    iterations = 1000
