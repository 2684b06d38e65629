"""./dev bench [NAME]: run a benchmark of benchmarks/ on copies of the test databases, or list them."""
import argparse
import ast

from .. import databases, environment, process, settings, templates

FOLDER = settings.REPOSITORY / 'benchmarks'


def add_arguments(parser):
    parser.add_argument('name', nargs='?', choices=sorted(path.stem for path in FOLDER.glob('[a-z]*.py')),
                        help='a file of benchmarks/, without .py; none: list them')
    parser.add_argument('arguments', nargs=argparse.REMAINDER, help="the benchmark's own arguments")


def main(arguments):
    if not arguments.name:
        for path in sorted(FOLDER.glob('[a-z]*.py')):
            print(f'{path.stem:20} {ast.get_docstring(ast.parse(path.read_text())).splitlines()[0]}')
        return 0
    with environment.ready('test') as ready, \
            databases.scratch(ready, templates.test_ours(ready), 'winerp_bench') as ours, \
            databases.scratch(ready, templates.test_base(ready), 'winerp_bench') as plain:
        variables = {**ready.variables(), 'BENCH_DATABASE': ours, 'BENCH_PLAIN': plain}
        return process.foreground(
            [ready.python, FOLDER / f'{arguments.name}.py', *arguments.arguments], env=variables)
