"""Install add-ons into a database that is there, and build its assets. Runs in the Python that has Odoo.

    python -m winerp_dev.odoo_install DATABASE DEMO MODULE ...   (DEMO: with or without)

Odoo itself decides about demo data by the `demo` mark on the modules that an add-on depends on, not by
an option: it loads demo data exactly where all of them have theirs. So the marks say what we want for
this one installation, and are then put back, for they also decide about every later update.
"""
import contextlib
import sys

import odoo.api
from odoo import sql_db
from odoo.modules.registry import Registry
from odoo.service import server
from odoo.tools import config


def main(database, demo, *modules):
    config.parse_config(['-d', database, '--no-http', '--log-level=warn'], setup_logging=True)
    server.load_server_wide_modules()
    with demo_marks(database, demo):
        registry = Registry.new(database, update_module=bool(modules), install_modules=modules)
    with registry.cursor() as cr:
        odoo.api.Environment(cr, odoo.api.SUPERUSER_ID, {})['ir.qweb']._pregenerate_assets_bundles()
    sql_db.close_all()


@contextlib.contextmanager
def demo_marks(database, demo):
    """Let the modules that are there count as having demo data, or not, inside the block."""
    with sql_db.db_connect(database).cursor() as cr:
        cr.execute('CREATE TABLE winerp_demo AS SELECT id, demo FROM ir_module_module')
        cr.execute('UPDATE ir_module_module SET demo = %s', [demo == 'with'])
    yield
    with sql_db.db_connect(database).cursor() as cr:
        cr.execute('UPDATE ir_module_module SET demo = kept.demo FROM winerp_demo kept WHERE kept.id = ir_module_module.id')
        cr.execute('DROP TABLE winerp_demo')


if __name__ == '__main__':
    main(*sys.argv[1:])
