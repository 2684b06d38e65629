"""./dev lint."""


def add_arguments(parser):
    """None yet."""


def main(arguments):
    print('not there yet')
    return 1
