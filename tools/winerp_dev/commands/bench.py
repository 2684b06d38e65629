"""./dev bench [NAME]: run a benchmark of benchmarks/ on copies of the test databases, or list them."""
import argparse
import ast

from .. import databases, environment, process, settings, templates

# But for what they share.
FILES = {path.stem: path for path in sorted((settings.REPOSITORY / 'benchmarks').glob('[a-z]*.py')) if path.stem != 'sides'}


def add_arguments(parser):
    parser.add_argument('name', nargs='?', choices=FILES, help='a file of benchmarks/, without .py; none: list them')
    parser.add_argument('arguments', nargs=argparse.REMAINDER, help="the benchmark's own arguments")


def main(arguments):
    if not arguments.name:
        for name, path in FILES.items():
            print(f'{name:20} {ast.get_docstring(ast.parse(path.read_text())).splitlines()[0]}')
        return 0
    with environment.ready('test') as ready, \
            databases.scratch(ready, templates.test_ours(ready), 'winerp_bench') as ours, \
            databases.scratch(ready, templates.test_base(ready), 'winerp_bench') as plain:
        variables = {**ready.variables(), 'BENCH_DATABASE': ours, 'BENCH_PLAIN': plain}
        return process.foreground(
            [ready.python, FILES[arguments.name], *arguments.arguments], env=variables)
