"""Debian's package tools: what is installed for the user (as root), and the machine's mirrors."""
import os
import re
import shutil
import subprocess

from . import locks, process, settings
from .console import Failure, step

HELPER = '/usr/lib/apt/apt-helper'
NO_SANDBOX = ['-oAPT::Sandbox::User=root'] if settings.IS_ROOT else []  # else apt's own user must reach our folders


def is_here():
    return bool(shutil.which('apt-get') and shutil.which('dpkg-deb') and os.path.exists(HELPER))


def can_install():
    return settings.IS_ROOT and is_here()


def install(packages, title, size=''):
    """Install Debian packages; only root may."""
    environment = {**os.environ, 'DEBIAN_FRONTEND': 'noninteractive'}
    log = settings.LOGS / 'apt-install.log'
    problem = f'apt-get could not install {" ".join(packages)}: check the network and /etc/apt, then start again.'
    with locks.exclusive(settings.HOME / '.apt'), step(title, size):
        for command in (['update'], ['-y', '-oDpkg::Use-Pty=0', 'install', '--no-install-recommends', *packages]):
            process.run_logged(['apt-get', '-q', *command], log, problem, env=environment)


def require(package, problem):
    """Install a package as root, else fail with how the user does it."""
    if not can_install():
        raise Failure(f'{problem} On Debian and Ubuntu: sudo apt-get install {package}; then start again.')
    install([package], f'Installing {package}')


def mirrors():
    """Return the addresses of the machine's Debian mirrors, from its own apt configuration."""
    try:
        text = process.output(['apt-get', 'update', '--print-uris'])  # works for any user, before any update
    except (OSError, subprocess.CalledProcessError):
        return []
    found = re.findall(r"^'([^']+?/)dists/", text, re.MULTILINE)
    return list(dict.fromkeys(uri for uri in found if uri.endswith('/debian/')))


def download(address, target, sha256):
    """Download a file, going on where an interrupted download stopped; return whether it is the right one.

    A wrong one is put aside: the next time begins anew.
    """
    return process.run([HELPER, *NO_SANDBOX, 'download-file', address, target, f'SHA256:{sha256}'], **process.QUIET) == 0
