"""TCP ports on this machine."""
import socket

from .console import Failure, say

HOST = '127.0.0.1'


def check(port):
    """Fail in a sentence when a server could not listen there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except (OSError, OverflowError) as error:  # the latter: no port at all
            reason = getattr(error, 'strerror', None) or error
            raise Failure(f'Port {port} cannot be used ({reason}): choose another with --port.') from None


def choose(wanted, default):
    """Return the port to listen on: the wanted one or none; without a wish the default or the next free one."""
    if wanted is not None:
        check(wanted)
        return wanted
    try:
        check(default)
    except Failure:
        say(f'port {default} is taken by another program: using the next one')
        return choose(None, default + 1)
    return default


def any_free():
    """Return a port that the system just gave; a moment later it may be somebody's."""
    with socket.create_server((HOST, 0)) as probe:
        return probe.getsockname()[1]
