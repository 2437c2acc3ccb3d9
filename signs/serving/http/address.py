"""The address that `bentoml serve` is about to listen on."""

import socket

import click
from bentoml._internal.configuration.containers import BentoMLContainer

from signs.errors import SignsError


def check_address() -> None:
    """Check that the server that loads the service can listen where it is told to.

    BentoML finds out after everything else, with a long trace. Other commands of it have no
    address, and its workers take over the open socket.

    Raises:
        SignsError: the port is in use, or not allowed, or the host is not this machine's.
    """
    context = click.get_current_context(silent=True)
    if context is None or not {"host", "port"} <= context.params.keys():
        return
    host = context.params["host"] or BentoMLContainer.http.host.get()
    port = context.params["port"] or BentoMLContainer.http.port.get()
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except (OSError, OverflowError) as error:
        reason = str((isinstance(error, OSError) and error.strerror) or error).split(" (")[0]
        raise SignsError(
            f"the service cannot listen on {host}, port {port}: {reason}. Stop what runs there, "
            "or set BENTOML_HOST and BENTOML_PORT"
        ) from None
