"""Odoo's own test runner."""
import contextlib
import re
import signal
import subprocess
import time

from . import databases, ports, process, settings
from .console import Failure, say

SILENCE = 300  # seconds; the longest of our tests takes a small part of it
# Logged errors, which the runner itself does not mind, and where the picture of a failed browser test is.
LOGGED = re.compile(r'^\S+ \S+ \d+ (?:(ERROR|CRITICAL) |\S+ .*Screenshot in: )')
RESULT = re.compile(r'(\d+) failed, (\d+) error\(s\) of (\d+) tests')
STARTED = re.compile(r' odoo\.addons\.([\w.]+): Starting (\S+) \.\.\.')
FAILED = re.compile(r' odoo\.addons\.([\w.]+): (?:FAIL|ERROR): (?:Subtest )?(\S+)')


def run(ready, template, modules=(), *, with_browser=True):
    """Update each add-on in a database of its own and run its tests; return 1 when one failed or an error was logged.

    One after the other with browsers, for two at once are too much for two cores; else all at once, without what is
    tagged winerp_browser.
    """
    children = {}
    with contextlib.ExitStack() as stack:
        for module in modules or settings.our_modules():
            database = stack.enter_context(databases.scratch(ready, template))
            log = settings.LOGS / f'native-{module}.log'
            tags = f'/{module}' if with_browser else f'/{module},-winerp_browser'
            command = ready.odoo_command(
                '-d', database, f'--test-tags={tags}', '-u', module, '--stop-after-init',
                f'--http-port={ports.any_free()}', '--log-level=test')
            say(f"running {module}'s tests with Odoo's own runner; its log is {log}")
            children[log] = start(command, log, ready.variables())
            stack.callback(process.stop, children[log])
            if with_browser:
                watch(log, children[log])
        for log, child in children.items():
            watch(log, child)
    return report(children)


def start(command, log, variables):
    with open(log, 'w') as handle:
        return process.start(command, env=variables, stdin=subprocess.DEVNULL, stdout=handle, stderr=handle)


def watch(log, child):
    """Wait for a process; fail when it logs nothing for long: a test hangs."""
    while child.poll() is None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(2)
        if time.time() - log.stat().st_mtime > SILENCE:
            child.send_signal(signal.SIGQUIT)  # Odoo logs where each of its threads is
            time.sleep(2)
            raise Failure(f'A test hangs: nothing was logged for {SILENCE} s. Where, tells the end of {log}')


def report(children):
    """Print what the ended runs of {log: process} say, their sum in the last line; return the exit code that it deserves."""
    passed = failed = 0
    bad = False
    for log, child in children.items():
        text = log.read_text(errors='replace')
        result = RESULT.search(text)
        if not result:
            print(text[-3000:])
            raise Failure(f"Odoo's test runner did not come to an end (exit code {child.returncode}). The whole log: {log}")
        failures, errors, total = map(int, result.groups())
        logged = list(filter(None, map(LOGGED.match, text.splitlines())))
        print(''.join(f'    {match.string}\n' for match in logged[:40]), end='')
        if child.returncode or failures or errors or any(match[1] for match in logged):
            bad = True
            say(f'{failures + errors} of {total} tests failed, or an error was logged; the whole log: {log}')
        passed, failed = passed + total - failures - errors, failed + failures + errors
    print(f'{passed} passed, {failed} failed', flush=True)
    return int(bad)


def read_results(text):
    """Return {test: whether it passed} of a native run's log; skipped tests count as passed."""
    results = {f'{module}:{name}': True for module, name in STARTED.findall(text)}
    results.update((f'{module}:{name}', False) for module, name in FAILED.findall(text))
    return results
