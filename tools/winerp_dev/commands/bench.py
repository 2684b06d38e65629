"""./dev bench [NAME]: run a benchmark of benchmarks/ on a copy of the test database, or list them."""
import argparse
import ast

from .. import databases, environment, process, settings, templates

FOLDER = settings.REPOSITORY / 'benchmarks'


def add_arguments(parser):
    parser.add_argument('name', nargs='?', help='a file of benchmarks/, without .py; none: list them')
    parser.add_argument('arguments', nargs=argparse.REMAINDER, help="the benchmark's own arguments")


def main(arguments):
    found = {path.stem: path for path in sorted(FOLDER.glob('[a-z]*.py'))}
    if arguments.name not in found:
        if arguments.name:
            print(f'There is no benchmark {arguments.name}.')
        print('\n'.join(f'{name:20} {_title(path)}' for name, path in found.items()))
        return 1 if arguments.name else 0
    with environment.ready('test') as ready, \
            databases.scratch(ready, templates.test_ours(ready), 'winerp_bench') as database:
        variables = {**ready.variables(), 'BENCH_DATABASE': database, 'BENCH_PLAIN': templates.test_base(ready)}
        return process.foreground([ready.python, found[arguments.name], *arguments.arguments], env=variables)


def _title(path):
    return (ast.get_docstring(ast.parse(path.read_text())) or '').partition('\n')[0]
