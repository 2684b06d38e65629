"""./dev odoo ARGS: Odoo's own command line in this environment, e.g. ./dev odoo shell -d winerp"""
from .. import environment, process


def add_arguments(parser):
    """All arguments are Odoo's."""


def main(arguments):
    with environment.ready('run') as ready:
        return process.foreground(ready.odoo_command(*arguments.rest), env=ready.variables())
