"""A pytest plugin for ./dev test."""
import logging
import os
import time
from pathlib import Path

import pytest
from xdist.scheduler import LoadScopeScheduling

from odoo.tests import HttpCase
from odoo.tools import config as odoo_config

from . import settings

BROWSER_REASONS = ('Chrome', 'websocket-client')


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_cmdline_main(config):
    """Give each worker of pytest-xdist the database that was made for it (pytest-odoo would copy one, and leave it)."""
    worker = os.environ.pop('PYTEST_XDIST_WORKER', 'gw0')
    config.option.odoo_database = config.option.odoo_database.split(',')[int(worker.removeprefix('gw'))]
    return (yield)


def pytest_collection_modifyitems(config, items):
    """Let workers begin with what may need a browser: it takes longest."""
    if hasattr(config, 'workerinput'):
        items.sort(key=lambda item: not issubclass(item.cls, HttpCase))


def pytest_xdist_make_scheduler(config, log):
    return Scheduling(config, log)


class Scheduling(LoadScopeScheduling):
    """Keep the tests of a file together, and all with a browser: two browsers at once are too slow for what tours wait for."""

    def _split_scope(self, nodeid):
        path = nodeid.partition('::')[0]
        text = (self.config.rootpath / path).read_text()
        return 'browser' if 'HttpCase' in text or '_tour(' in text else path


@pytest.fixture(autouse=True)
def no_logged_errors(request, caplog):
    """Fail a test of an add-on during which an error was logged that it did not expect by assertLogs or mute_logger.

    Odoo's own runner does so too, but in the end and for all tests; a tearDownClass is not looked at. The attacks in
    tests/, which that runner does not know, provoke errors of the database on purpose.
    """
    yield
    if request.path.parts[-3] in settings.our_modules():
        fail_on_errors([*caplog.get_records('setup'), *caplog.get_records('call')])


def fail_on_errors(records):
    if errors := [f'{record.name}: {record.getMessage()}' for record in records if record.levelno >= logging.ERROR]:
        pytest.fail('it logged errors:\n' + '\n'.join(errors), pytrace=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Fail a browser test that Odoo would skip for want of a browser; name the screenshots of one that failed."""
    report = yield
    if os.environ.get('CI') and report.skipped and any(reason in str(report.longrepr) for reason in BROWSER_REASONS):
        report.outcome = 'failed'  # where nobody reads the list of skips
    if report.failed and (pictures := screenshots(Path(odoo_config['screenshots']), time.time() - call.start)):
        report.sections.append(('Screenshots', '\n'.join(map(str, pictures))))
    return report


def screenshots(folder, seconds):
    """Return the pictures that were taken in the last so many seconds, the oldest first."""
    now = time.time()
    found = ((path.stat().st_mtime, path) for path in folder.glob('*/screenshots/*.png'))
    return [path for taken, path in sorted(found) if taken >= now - seconds]
