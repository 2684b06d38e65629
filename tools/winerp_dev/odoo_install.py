"""Install add-ons into a database that is there, with or without demo data. Runs in the Python that has Odoo.

    python -m winerp_dev.odoo_install DATABASE WITH MODULE ...   (WITH: demo,assets or one or none of them)

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


def main(database, extras, *modules):
    """
    :param extras: demo data; assets: what pages load is built at once, and the first one is quick
    """
    config.parse_config(['-d', database, '--no-http', '--log-level=warn'], setup_logging=True)
    server.load_server_wide_modules()
    with demo_marks(database, 'demo' in extras):
        registry = Registry.new(database, update_module=True, install_modules=modules)
    if 'assets' in extras:
        with registry.cursor() as cr:
            odoo.api.Environment(cr, odoo.api.SUPERUSER_ID, {})['ir.qweb']._pregenerate_assets_bundles()
    sql_db.close_all()


@contextlib.contextmanager
def demo_marks(database, demo):
    """Let the modules that are there count as having demo data, or not, inside the block."""
    with sql_db.db_connect(database).cursor() as cr:
        cr.execute('CREATE TABLE winerp_demo AS SELECT id, demo FROM ir_module_module')
        cr.execute('UPDATE ir_module_module SET demo = %s', [demo])
    yield
    with sql_db.db_connect(database).cursor() as cr:
        cr.execute('UPDATE ir_module_module SET demo = kept.demo FROM winerp_demo kept WHERE kept.id = ir_module_module.id')
        cr.execute('DROP TABLE winerp_demo')


if __name__ == '__main__':
    main(*sys.argv[1:])
