"""TCP ports on this machine."""
import errno
import socket

from .console import Failure, say

HOST = '127.0.0.1'


def is_free(port):
    """Return whether a server could listen there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return False
            raise Failure(f'Port {port} cannot be used: {error.strerror}. Choose another with --port.') from None
    return True


def choose(wanted, default):
    """Return the port to listen on: the wanted one or none; without a wish the default or the next free one."""
    if wanted is not None:
        if not 0 < wanted < 65536:
            raise Failure(f'{wanted} is no port: choose one from 1024 to 65535 with --port.')
        if not is_free(wanted):
            raise Failure(f'Port {wanted} is taken by another program: choose another, e.g. --port {wanted + 1}.')
        return wanted
    found = next(filter(is_free, range(default, default + 50)), None)
    if found is None:
        raise Failure(f'Ports {default} to {default + 49} are all taken: choose one with --port.')
    if found != default:
        say(f'port {default} is taken by another program: using {found}')
    return found


def any_free():
    """Return a port that the system just gave; a moment later it may be somebody's."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]
