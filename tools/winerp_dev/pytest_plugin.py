"""A pytest plugin for ./dev test."""
import os

import pytest

BROWSER_REASONS = ('Chrome', 'websocket-client')


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Fail a browser test that Odoo would skip for want of a browser, where nobody reads the list of skips."""
    report = yield
    if os.environ.get('CI') and report.skipped and any(reason in str(report.longrepr) for reason in BROWSER_REASONS):
        report.outcome = 'failed'
    return report
