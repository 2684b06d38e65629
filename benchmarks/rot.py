"""Opportunities that stay in a stage for too long: all looked at, nobody to be told, some to be told, and all."""
import argparse
import time

from history import COUNT, ROWS, prepare, vacuum
from sides import open_sides

from odoo.tools import SQL


def measure(side, title, **values):
    """Run the scheduled action once, after setting the stages, and commit it chunk by chunk as it does."""
    side.stages[:-1].write(values)
    side.env.flush_all()
    side.cr.commit()
    side.env.invalidate_all()
    queries, started = side.cr.sql_log_count, time.perf_counter()
    side.env['crm.lead.rotting']._cron_tell()
    seconds, queries = time.perf_counter() - started, side.cr.sql_log_count - queries
    [[told]] = side.env.execute_query(SQL("SELECT count(*) FROM crm_lead_rotting"))
    print(f'{title:52} {seconds:9.2f} s {queries:6d} q   told until now {told}', flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--count', type=int, default=2 * COUNT, help='opportunities, half of them open')
    parser.add_argument('--all', action='store_true', help='tell of all, too, which happens on no day')
    arguments = parser.parse_args()
    _plain, side = open_sides()
    prepare(side, arguments.count)
    [[open_count]] = side.env.execute_query(SQL(
        "SELECT count(*) FROM crm_lead WHERE type = 'opportunity' AND active AND won_status = 'pending'"))
    print(f'{open_count} open opportunities, {ROWS} rows of history each')
    measure(side, 'stages that tell nobody', rotting_activity=False)
    measure(side, 'nobody to be told', rotting_activity=True, rotting_threshold_days=900)
    some = 900
    while some > 0:
        some -= 30
        side.stages[:-1].write({'rotting_threshold_days': some})
        if len(side.env['crm.lead.rotting']._get_due().get('salesperson', ())) >= 500:
            break
    measure(side, 'those of a day to be told', rotting_threshold_days=some)
    measure(side, 'the next run', rotting_threshold_days=some)
    if arguments.all:
        measure(side, 'all to be told', rotting_threshold_days=1)
    vacuum(side, 'crm_lead_rotting')
    measure(side, 'all told before', rotting_threshold_days=some)


if __name__ == '__main__':
    main()
