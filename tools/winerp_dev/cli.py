"""The command line: ./dev COMMAND ..."""
import argparse
import errno
import importlib
import signal
import sys

from . import runs, settings
from .console import Failure, say

COMMANDS = ('run', 'test', 'suites', 'odoo', 'lint', 'i18n', 'build', 'screenshots', 'bench')  # modules, by what is asked for
PASS_THROUGH = ('test', 'odoo')  # their other arguments belong to another program
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
EPILOG = f"""\
Everything is kept in {settings.HOME} (WINERP_DEV_HOME moves it); delete that folder to start afresh.

environment variables, all optional:
  ODOO_PATH             use this Odoo 19 (a checkout of the 19.0 branch) instead of fetching one
  DATABASE_URL, PGHOST, PGSERVICE
                        use this PostgreSQL 13+ (a role that may create databases) instead of the embedded one
  CI                    fail where a person would only be warned, e.g. when there is no browser
"""


def parse(argv):
    """Return the arguments; each command's module says in its docstring what it does, and adds its own."""
    top = argparse.ArgumentParser(
        prog='./dev', description='WinERP sales pipeline for Odoo 19: development commands.',
        epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = top.add_subparsers(dest='command', required=True, metavar='COMMAND')
    for name in COMMANDS:
        module = _module(name)
        text = module.__doc__.partition(': ')[2]
        sub = commands.add_parser(
            name, help=text.splitlines()[0], description=text, add_help=name != 'odoo', allow_abbrev=False)
        module.add_arguments(sub)
    arguments, arguments.rest = top.parse_known_args(argv)
    if arguments.rest and arguments.command not in PASS_THROUGH:
        top.error(f'unknown argument: {" ".join(arguments.rest)}')
    return arguments


def _module(name):
    return importlib.import_module(f'{__package__}.commands.{name}')


def _interrupt(*_):
    """Stop, once: a second Ctrl-C would cut short what ends the database in good order."""
    for number in SIGNALS:
        signal.signal(number, lambda *_: say('still stopping; this takes some seconds'))
    print(flush=True)  # the line has ^C on it
    say('stopping')
    raise KeyboardInterrupt


def main(argv):
    """Run a command and return its exit code."""
    for number in SIGNALS:
        signal.signal(number, _interrupt)
    arguments = parse(argv)
    try:
        with runs.alive():
            return _module(arguments.command).main(arguments) or 0
    except KeyboardInterrupt:
        print('Stopped.', file=sys.stderr, flush=True)
        return 130
    except (Failure, OSError) as error:
        print(f'\nERROR: {_explain(error)}', file=sys.stderr, flush=True)
        return 1


def _explain(error):
    number = getattr(error, 'errno', None)
    if number in (errno.ENOSPC, errno.EDQUOT):
        return ('The disk is full: free some space, or put the cache elsewhere with WINERP_DEV_HOME '
                f'(now {settings.HOME}).')
    if number in (errno.EACCES, errno.EPERM, errno.EROFS):
        return (f'No permission for {error.filename}: give this user the right to write there, '
                'or put the cache elsewhere with WINERP_DEV_HOME.')
    return error
