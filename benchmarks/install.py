"""Installing and updating both add-ons in a large pipeline: how long, and how long crm_lead is locked."""
import argparse
import contextlib
import threading
import time

import psycopg2

from winerp_dev.testing import scratch_database

FILL = """
INSERT INTO crm_lead (name, type, active, stage_id, team_id, user_id, company_id, partner_id, phone, email_from, expected_revenue,
                      probability, automated_probability, priority, won_status, create_date, write_date, create_uid)
SELECT 'Deal ' || number, 'opportunity', number % 10 != 0, stages.ids[1 + number % 3], 1, 2, 1,
       CASE WHEN number % 3 = 0 THEN partners.ids[1 + number % array_length(partners.ids, 1)] END,
       '0912 345 678', 'deal' || number || '@example.com', number % 1000 * 1000,
       10, 10, '0', 'pending', now(), now(), 2
  FROM generate_series(1, {count}) AS number,
       (SELECT array_agg(id ORDER BY id) AS ids FROM crm_stage) AS stages,
       (SELECT array_agg(id ORDER BY id) AS ids FROM res_partner) AS partners
"""
LOCKS = """
SELECT DISTINCT mode FROM pg_locks WHERE granted AND relation = %s AND pid != pg_backend_pid()
   AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
# What lets nobody read, and what lets nobody write.
READERS, WRITERS = {'AccessExclusiveLock'}, {'AccessExclusiveLock', 'ExclusiveLock', 'ShareRowExclusiveLock', 'ShareLock'}
INTERVAL = 0.02


@contextlib.contextmanager
def watched(database):
    """Yield the seconds in which crm_lead could be read, or written, by nobody; a look every 20 ms."""
    seconds = {'read': 0, 'written': 0}
    with contextlib.closing(psycopg2.connect(dbname=database.name)) as connection:
        connection.autocommit = True
        stop = threading.Event()
        thread = threading.Thread(target=_watch, args=(connection.cursor(), stop, seconds))
        thread.start()
        try:
            yield seconds
        finally:
            stop.set()
            thread.join()


def _watch(cursor, stop, seconds):
    cursor.execute("SELECT 'crm_lead'::regclass::oid")
    relation, before = cursor.fetchone()[0], time.monotonic()
    while not stop.wait(INTERVAL):
        cursor.execute(LOCKS, [relation])
        modes, now = {mode for mode, in cursor}, time.monotonic()
        seconds['read'] += (now - before) * bool(modes & READERS)
        seconds['written'] += (now - before) * bool(modes & WRITERS)
        before = now


def measure(database, title, *arguments):
    start = time.monotonic()
    with watched(database) as seconds:
        database.odoo(*arguments, '--stop-after-init')
    print(f"{title:28} {time.monotonic() - start:7.1f} s   crm_lead not to be read for {seconds['read']:6.2f} s, "
          f"not to be written for {seconds['written']:6.2f} s", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--count', type=int, default=100_000, help='opportunities')
    arguments = parser.parse_args()
    with scratch_database(ours=False) as database:
        database.sql(FILL.format(count=arguments.count))
        database.sql('VACUUM ANALYZE crm_lead')
        database.sql('UPDATE ir_module_module SET demo = FALSE')  # no demo data with the add-ons
        print(f'{arguments.count} opportunities', flush=True)
        measure(database, 'Odoo starting, to subtract')
        database.ours = True
        measure(database, 'installing both', '-i', 'winerp_crm_pipeline,winerp_sale_bridge')
        measure(database, 'updating both', '-u', 'winerp_crm_pipeline,winerp_sale_bridge')
        measure(database, 'Odoo updating crm, to compare', '-u', 'crm')


if __name__ == '__main__':
    main()
