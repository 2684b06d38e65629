"""./dev odoo ARGS: Odoo's own command line. Its configuration file, ODOO_RC, names the add-ons and the database server."""
from .. import environment, process


def add_arguments(parser):
    """All arguments are Odoo's."""


def main(arguments):
    with environment.ready('run') as ready:
        return process.foreground(ready.odoo_command(*arguments.rest), env=ready.variables())
