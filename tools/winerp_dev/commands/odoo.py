"""./dev odoo ARGS: Odoo's own command line."""
from .. import environment, process

OPTION = '--addons-path'


def add_arguments(parser):
    """All arguments are Odoo's."""


def main(arguments):
    with environment.ready('run') as ready:
        command = ready.odoo_command(*with_addons_path(arguments.rest, ready.addons_path()))
        return process.foreground(command, env=ready.variables())


def with_addons_path(arguments, ours):
    """Return the arguments with the project's add-ons added to an --addons-path in them.

    Odoo looks for subcommands of its own behind this option only when it comes first as one word.
    """
    rest, given = [], []
    words = iter(arguments)
    for word in words:
        if word == OPTION:
            given.append(next(words, ''))
        elif word.startswith(f'{OPTION}='):
            given.append(word.partition('=')[2])
        else:
            rest.append(word)
    return [f'{OPTION}={",".join([ours, *filter(None, given)])}', *rest] if given else rest
