import functools
import os
import subprocess
import sys
import threading
from unittest.mock import patch

import psycopg2

import odoo
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tests import BaseCase, tagged
from odoo.tests.common import get_db_name
from odoo.tools import config, mute_logger

# What a worker does that is killed in the middle: it commits chunk after chunk, until the signal comes.
KILLED_WORKER = """
import os, signal
Lead = type(env['crm.lead'])
Wizard = type(env['crm.lead.convert.order'])
Wizard._get_chunk_size = lambda self: 15
calls = []
original = Lead._carry_over_documents
def kill_in_the_middle(self, orders):
    original(self, orders)
    self.env.flush_all()  # the half-made orders are in the database, not committed
    calls.append(1)
    if len(calls) == {chunk}:
        os.kill(os.getpid(), signal.SIGKILL)
Lead._carry_over_documents = kill_in_the_middle
env(user={uid})['crm.lead.convert.order'].browse({wizard}).action_convert()
env.cr.commit()
print('the end')
"""


@tagged('post_install', '-at_install')
class TestConcurrency(BaseCase):
    """Real transactions on real cursors, so that locks and snapshots are PostgreSQL's; what is committed is removed."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            self.admin_id = env.ref('base.user_admin').id
            self.partner_id = env['res.partner'].create({'name': "Concurrency"}).id
            self.product_id = env['product.product'].create({'name': "Concurrency", 'taxes_id': False}).id
            company = env.ref('base.user_admin').company_id
            self.company_id, self.old_product_id = company.id, company.crm_order_product_id.id
            company.crm_order_product_id = self.product_id
            self.stage_id = env['crm.stage'].create({'name': "Concurrency", 'is_won': True, 'sequence': -999}).id
        self.addCleanup(self._remove_data)

    def _remove_data(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {'active_test': False})
            orders = env['sale.order'].search([('partner_id', '=', self.partner_id)])
            orders._action_cancel()
            orders.unlink()
            env['crm.lead'].search([('partner_id', '=', self.partner_id)]).unlink()
            env['res.company'].browse(self.company_id).crm_order_product_id = self.old_product_id
            env['product.product'].browse(self.product_id).unlink()
            env['res.partner'].browse(self.partner_id).unlink()
            env['crm.stage'].browse(self.stage_id).unlink()

    def _cursor(self):
        cr = self.registry.cursor()
        self.addCleanup(cr.close)
        return cr

    def _env(self, cr):
        return api.Environment(cr, self.admin_id, {'allowed_company_ids': [self.company_id], 'lang': 'en_US'})

    def _create_wizards(self, lead_count, wizard_count=2):
        """Return the ids of wizards for the same opportunities, committed."""
        with self.registry.cursor() as cr:
            env = self._env(cr)
            leads = env['crm.lead'].create([{
                'name': f"Concurrency {number}", 'type': 'opportunity', 'partner_id': self.partner_id,
                'user_id': self.admin_id, 'company_id': self.company_id, 'stage_id': self.stage_id,
                'team_id': False, 'expected_revenue': 1000,
            } for number in range(lead_count)])
            wizards = env['crm.lead.convert.order'].create([{'lead_ids': leads.ids} for _wizard in range(wizard_count)])
            return wizards.ids

    def _orders(self):
        cr = self._cursor()
        return self._env(cr)['sale.order'].search([('partner_id', '=', self.partner_id)])

    def _convert(self, env, wizard_id):
        wizard = env['crm.lead.convert.order'].browse(wizard_id)
        wizard.action_convert()
        env.flush_all()
        return wizard

    def test_two_browsers(self):
        first, second = self._create_wizards(5)
        here, there = self._env(self._cursor()), self._env(self._cursor())
        there['crm.lead'].search_count([])  # its snapshot is from before the other one commits
        self._convert(here, first)
        wizard = self._convert(there, second)
        self.assertEqual(set(wizard.line_ids.mapped('state')), {'pending'}, "busy, while the other one is at work")
        there.cr.rollback()
        there['crm.lead'].search_count([])
        here.cr.commit()
        with self.assertRaises(psycopg2.errors.SerializationFailure), mute_logger('odoo.sql_db'):
            self._convert(there, second)  # Odoo tries the request again
        there.cr.rollback()
        there.transaction.reset()
        wizard = self._convert(there, second)
        there.cr.commit()
        self.assertEqual(set(wizard.line_ids.mapped('state')), {'skip'})
        self.assertEqual(len(self._orders()), 5)

    def test_quotation_made_by_hand_at_the_same_time(self):
        [wizard_id] = self._create_wizards(1, wizard_count=1)
        here, there = self._env(self._cursor()), self._env(self._cursor())
        lead = there['crm.lead.convert.order'].browse(wizard_id).lead_ids
        there['sale.order'].create({'partner_id': self.partner_id, 'opportunity_id': lead.id})
        there.flush_all()  # not committed: only the lock that its foreign key takes can tell us
        wizard = self._convert(here, wizard_id)
        self.assertEqual(wizard.line_ids.state, 'pending')
        here.cr.rollback()
        there.cr.commit()
        here.transaction.reset()
        wizard = self._convert(here, wizard_id)
        here.cr.commit()
        self.assertEqual(wizard.line_ids.state, 'skip')
        self.assertEqual(len(self._orders()), 1)

    def test_threads(self):
        wizard_ids = self._create_wizards(12, wizard_count=4)
        errors = []

        def work(wizard_id):
            try:
                with self.registry.cursor() as cr:
                    env = self._env(cr)
                    retrying(functools.partial(self._convert, env, wizard_id), env)
            except Exception as error:  # a thread's exception would be lost
                errors.append(error)

        threads = [threading.Thread(target=work, args=(wizard_id,)) for wizard_id in wizard_ids]
        # Odoo's own runner holds the lock that every new transaction takes to find the registry.
        with patch.object(Registry, '_lock', threading.RLock()), mute_logger('odoo.sql_db', 'odoo.service.model'):
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        self.assertFalse(errors)
        orders = self._orders()
        self.assertEqual(len(orders), 12)
        self.assertEqual(len(orders.opportunity_id), 12)

    def _run_worker(self, wizard_id, chunk):
        command = [sys.executable, '-m', 'odoo', 'shell', '-d', get_db_name(), '--no-http', '--log-level=error',
                   '--addons-path', ','.join(config['addons_path']), '--data-dir', config['data_dir']]
        for option in ('db_host', 'db_port', 'db_user', 'db_password'):
            if config[option]:
                command.append(f'--{option}={config[option]}')
        source_folder = os.path.dirname(next(iter(odoo.__path__)))
        return subprocess.run(
            command, input=KILLED_WORKER.format(uid=self.admin_id, wizard=wizard_id, chunk=chunk),
            env={**os.environ, 'PYTHONPATH': source_folder}, cwd=source_folder,
            capture_output=True, text=True, timeout=600, check=False,
        )

    def test_killed_workers(self):
        [wizard_id] = self._create_wizards(200, wizard_count=1)
        done = 0
        for attempt in range(5):
            result = self._run_worker(wizard_id, chunk=attempt % 2 + 2)
            self.assertEqual(result.returncode, -9, result.stderr)
            orders = self._orders()
            self.assertGreater(len(orders), done, "what was committed before is kept")
            self.assertEqual(set(orders.mapped('state')), {'sale'}, "nothing half done is kept")
            done = len(orders)
        self.assertLess(done, 200)
        result = self._run_worker(wizard_id, chunk=-1)
        self.assertIn('the end', result.stdout, result.stderr)
        orders = self._orders()
        self.assertEqual(len(orders), 200)
        self.assertEqual(len(orders.opportunity_id), 200)
        self.assertEqual(set(orders.mapped('state')), {'sale'})
        self.assertEqual(set(orders.mapped('amount_untaxed')), {1000})
