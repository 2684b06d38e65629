"""Odoo's own test runner."""
import re

from . import ports, process, settings
from .console import Failure, say

LOGGED = re.compile(r'^\S+ \S+ \d+ (ERROR|CRITICAL) ', re.MULTILINE)
RESULT = re.compile(r'(\d+) failed, (\d+) error\(s\) of (\d+) tests')
STARTED = re.compile(r' odoo\.addons\.([\w.]+): Starting (\S+) \.\.\.')
FAILED = re.compile(r' odoo\.addons\.([\w.]+): (?:FAIL|ERROR): (?:Subtest )?(\S+)')


def command(ready, database, tags, *more):
    return ready.odoo_command(
        '-d', database, f'--test-tags={tags}', '--stop-after-init', f'--http-port={ports.any_free()}',
        '--log-level=test', *more)


def run(ready, database):
    """Update the add-ons and run their tests; return 1 when a test failed or an error was logged."""
    modules = settings.our_modules()
    log = settings.LOGS / 'native-tests.log'
    say(f"running Odoo's own test runner; its log is {log}")
    tags = ','.join(f'/{module}' for module in modules)
    with open(log, 'w') as handle:
        code = process.run(command(ready, database, tags, '-u', ','.join(modules)),
                           env=ready.variables(), stdout=handle, stderr=handle)
    return report(log, code)


def report(log, code):
    """Print the end of a native run in one line and return the exit code that it deserves."""
    text = log.read_text(errors='replace')
    result = RESULT.search(text)
    if not result:
        print(text[-3000:])
        raise Failure(f"Odoo's test runner did not come to an end (exit code {code}). The whole log: {log}")
    failed, errors, total = map(int, result.groups())
    logged = [line for line in text.splitlines() if LOGGED.match(line)]
    for line in logged[:40]:
        print(f'    {line}')
    if code or failed or errors or logged:
        say(f'{failed + errors} of {total} tests failed, {len(logged)} errors were logged; the whole log: {log}')
    print(f'{total - failed - errors} passed, {failed + errors} failed', flush=True)
    return 1 if code or failed or errors or logged else 0


def read_results(text):
    """Return {test: whether it passed} of a native run's log; skipped tests count as passed."""
    results = {f'{module}:{name}': True for module, name in STARTED.findall(text)}
    results.update((f'{module}:{name}', False) for module, name in FAILED.findall(text))
    return results
