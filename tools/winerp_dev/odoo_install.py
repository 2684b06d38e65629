"""Install add-ons into a database that is there, and build its assets. Runs in the Python that has Odoo.

Odoo itself decides about demo data by the `demo` mark on the modules that an add-on depends on, not by
an option: it loads demo data exactly where all of them have theirs. So the marks say what we want for
this one installation, and are then put back, for they also decide about every later update.
"""
import argparse
import contextlib
import time

import odoo.api
from odoo import sql_db
from odoo.modules.registry import Registry
from odoo.service import server
from odoo.tools import config


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('database')
    parser.add_argument('modules', nargs='*')
    parser.add_argument('--demo', choices=('with', 'without', 'as-dependencies'), default='as-dependencies')
    arguments = parser.parse_args()
    config.parse_config(['-d', arguments.database, '--no-http', '--log-level=warn'], setup_logging=True)
    server.load_server_wide_modules()
    start = time.monotonic()
    with demo_marks(arguments.database, arguments.demo):
        registry = Registry.new(
            arguments.database, update_module=bool(arguments.modules), install_modules=arguments.modules)
    installed = time.monotonic()
    with registry.cursor() as cr:
        env = odoo.api.Environment(cr, odoo.api.SUPERUSER_ID, {})
        env['ir.qweb']._pregenerate_assets_bundles()
    sql_db.close_all()
    print(f'installed in {installed - start:.1f} s, assets built in {time.monotonic() - installed:.1f} s')


@contextlib.contextmanager
def demo_marks(database, wanted):
    """Let the modules that are there count as having demo data, or not, inside the block."""
    if wanted == 'as-dependencies':
        yield
        return
    with sql_db.db_connect(database).cursor() as cr:
        cr.execute('SELECT id FROM ir_module_module WHERE demo')
        marked = [row[0] for row in cr.fetchall()]
        cr.execute('SELECT id FROM ir_module_module')
        known = [row[0] for row in cr.fetchall()]
        cr.execute('UPDATE ir_module_module SET demo = %s', [wanted == 'with'])
    yield
    with sql_db.db_connect(database).cursor() as cr:
        cr.execute('UPDATE ir_module_module SET demo = (id = ANY(%s)) WHERE id = ANY(%s)', [marked, known])


if __name__ == '__main__':
    main()
