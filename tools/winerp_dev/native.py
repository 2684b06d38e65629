"""Odoo's own test runner."""
import contextlib
import re
import signal
import subprocess
import time

from . import ports, process, settings
from .console import Failure, say

SILENCE = 300  # seconds; the longest of our tests takes a small part of it
# Logged errors, which the runner itself does not mind, and where the picture of a failed browser test is.
LOGGED = re.compile(r'^\S+ \S+ \d+ (?:(ERROR|CRITICAL) |\S+ .*Screenshot in: )')
RESULT = re.compile(r'(\d+) failed, (\d+) error\(s\) of (\d+) tests')
STARTED = re.compile(r' odoo\.addons\.([\w.]+): Starting (\S+) \.\.\.')
FAILED = re.compile(r' odoo\.addons\.([\w.]+): (?:FAIL|ERROR): (?:Subtest )?(\S+)')


def run(ready, database):
    """Update the add-ons and run their tests; return 1 when a test failed or an error was logged."""
    modules = settings.our_modules()
    log = settings.LOGS / 'native-tests.log'
    say(f"running Odoo's own test runner; its log is {log}")
    command = ready.odoo_command(
        '-d', database, '--test-tags=' + ','.join(f'/{module}' for module in modules), '-u', ','.join(modules),
        '--stop-after-init', f'--http-port={ports.any_free()}', '--log-level=test')
    return report(log, run_watched(command, log, ready.variables()))


def run_watched(command, log, variables):
    """Run Odoo's tests with their output in a log; fail when nothing is logged for long: a test hangs."""
    with open(log, 'w') as handle:
        child = process.start(command, env=variables, stdin=subprocess.DEVNULL, stdout=handle, stderr=handle)
    try:
        while child.poll() is None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(2)
            if time.time() - log.stat().st_mtime > SILENCE:
                child.send_signal(signal.SIGQUIT)  # Odoo logs where each of its threads is
                time.sleep(2)
                raise Failure(f'A test hangs: nothing was logged for {SILENCE} s. Where, tells the end of {log}')
    finally:
        process.stop(child)
    return child.returncode


def report(log, code):
    """Print the end of a native run in one line and return the exit code that it deserves."""
    text = log.read_text(errors='replace')
    result = RESULT.search(text)
    if not result:
        print(text[-3000:])
        raise Failure(f"Odoo's test runner did not come to an end (exit code {code}). The whole log: {log}")
    failed, errors, total = map(int, result.groups())
    logged = list(filter(None, map(LOGGED.match, text.splitlines())))
    print(''.join(f'    {match.string}\n' for match in logged[:40]), end='')
    bad = bool(code or failed or errors or any(match[1] for match in logged))
    if bad:
        say(f'{failed + errors} of {total} tests failed, or an error was logged; the whole log: {log}')
    print(f'{total - failed - errors} passed, {failed + errors} failed', flush=True)
    return int(bad)


def read_results(text):
    """Return {test: whether it passed} of a native run's log; skipped tests count as passed."""
    results = {f'{module}:{name}': True for module, name in STARTED.findall(text)}
    results.update((f'{module}:{name}', False) for module, name in FAILED.findall(text))
    return results
