"""A pytest plugin for ./dev test."""
import os
import time
from pathlib import Path

import pytest

from odoo.tools import config

BROWSER_REASONS = ('Chrome', 'websocket-client')


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Fail a browser test that Odoo would skip for want of a browser; name the screenshots of one that failed."""
    report = yield
    if os.environ.get('CI') and report.skipped and any(reason in str(report.longrepr) for reason in BROWSER_REASONS):
        report.outcome = 'failed'  # where nobody reads the list of skips
    if report.failed and (pictures := screenshots(Path(config['screenshots']), time.time() - call.start)):
        report.sections.append(('Screenshots', '\n'.join(map(str, pictures))))
    return report


def screenshots(folder, seconds):
    """Return the pictures that were taken in the last so many seconds, the oldest first."""
    now = time.time()
    found = ((path.stat().st_mtime, path) for path in folder.glob('*/screenshots/*.png'))
    return [path for taken, path in sorted(found) if taken >= now - seconds]
