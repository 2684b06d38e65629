"""Measure the same thing on plain Odoo and with the add-ons, in turn, in one process."""
import atexit
import contextlib
import gc
import os
import statistics
import time

import odoo.modules.module
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tools import config


class Side:
    """A database in one transaction that is never committed: what is measured leaves no trace.

    :ivar env: as administrator
    """

    def __init__(self, name, database):
        self.name = name
        self.registry = Registry(database)
        self.cr = self.registry.cursor()
        atexit.register(self.cr.close)
        self.env = api.Environment(self.cr, SUPERUSER_ID, {})

    @contextlib.contextmanager
    def undone(self):
        """Undo in the database and in memory what happens inside."""
        self.env.flush_all()
        savepoint = self.cr.savepoint()
        try:
            yield
        finally:
            self.env.invalidate_all(flush=False)
            savepoint.rollback()
            savepoint.close()
            self.env.invalidate_all(flush=False)

    def run(self, function, clock=time.perf_counter):
        """Return the seconds and the queries of a call, all flushed, from an empty cache.

        :param clock: ``time.process_time`` for Odoo's own CPU time, without the database's
        """
        with self.undone():
            self.env.invalidate_all()
            gc.collect()
            queries, started = self.cr.sql_log_count, clock()
            function(self)
            self.cr.flush()  # what happens before a commit: the tracking messages too
            return clock() - started, self.cr.sql_log_count - queries


def open_sides():
    """Return the two sides, plain Odoo first, from the databases that ``./dev bench`` prepares."""
    config.parse_config([])
    odoo.modules.module.current_test = True  # the scoring cron commits otherwise
    return Side('plain', os.environ['BENCH_PLAIN']), Side('ours', os.environ['BENCH_DATABASE'])


def compare(title, sides, functions, rounds=7, clock=time.perf_counter):
    """Print and return the medians of both sides, measured in turn after a round that does not count.

    :param functions: one for both, or ``{side name: function}``; called with the side
    :param clock: see :meth:`Side.run`
    :return: ``{side name: (seconds, queries)}``
    """
    results = {side.name: [] for side in sides}
    for number in range(rounds + 1):
        for side in sides:
            function = functions[side.name] if isinstance(functions, dict) else functions
            result = side.run(function, clock)
            if number:
                results[side.name].append(result)
    medians = {
        name: (statistics.median(seconds for seconds, _q in runs), statistics.median_low(queries for _s, queries in runs))
        for name, runs in results.items()
    }
    plain, ours = medians['plain'], medians['ours']
    print(f'{title:44} plain {plain[0] * 1000:9.1f} ms {plain[1]:6d} q   ours {ours[0] * 1000:9.1f} ms {ours[1]:6d} q   '
          f'time ratio {ours[0] / plain[0]:.2f}', flush=True)
    return medians
