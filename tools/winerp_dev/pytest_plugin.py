"""A pytest plugin for ./dev test."""
import os
import time
from pathlib import Path

import pytest

from odoo.tests import HttpCase
from odoo.tools import config as odoo_config

BROWSER_REASONS = ('Chrome', 'websocket-client')


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_cmdline_main(config):
    """Give each worker of pytest-xdist the database that was made for it (pytest-odoo would copy one, and leave it)."""
    worker = os.environ.pop('PYTEST_XDIST_WORKER', 'gw0')
    config.option.odoo_database = config.option.odoo_database.split(',')[int(worker.removeprefix('gw'))]
    return (yield)


@pytest.hookimpl(tryfirst=True)  # before xdist looks at the groups
def pytest_collection_modifyitems(config, items):
    """Let workers keep the tests of a class together, and begin with all that may need a browser, one after the other."""
    if hasattr(config, 'workerinput'):
        items.sort(key=lambda item: not issubclass(item.cls, HttpCase))
        for item in items:
            group = 'browser' if issubclass(item.cls, HttpCase) else f'{item.path.stem}.{item.cls.__name__}'
            item.add_marker(pytest.mark.xdist_group(group))


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
