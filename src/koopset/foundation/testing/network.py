"""Tests stay on this machine: what a test that tries to leave it is told."""


class InternetError(RuntimeError):
    """A test tried to reach another machine."""
