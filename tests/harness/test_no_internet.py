"""Tests cannot leave the machine."""

import socket

import pytest

from koopset.foundation.testing.network import InternetError


def test_connection_to_another_machine_is_refused():
    with socket.socket() as connection, pytest.raises(InternetError):
        connection.connect(("192.0.2.1", 80))


def test_connection_to_this_machine_is_allowed():
    with socket.socket() as listener, socket.socket() as connection:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        connection.connect(listener.getsockname())
