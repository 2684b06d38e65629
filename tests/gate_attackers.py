"""Who tries to get past the gate, and how what they reached is looked at: in the database."""
import contextlib

from odoo.addons.mail.tests.common import mail_new_test_user
from odoo.addons.winerp_crm_pipeline.tests.common import PipelineCommon

CACHED_FIELDS = (
    'name', 'type', 'active', 'stage_id', 'expected_revenue', 'description', 'tag_ids', 'partner_id', 'probability', 'team_id')


def quietly(function, *arguments, **options):
    """Call what may be refused, and go on: what automations, imports and batch code do.

    :return: the error, if any
    """
    try:
        function(*arguments, **options)
    except Exception as error:
        return error


class AttackCommon(PipelineCommon):
    """An opportunity in the first stage, a stage that asks for a reference, and people with and without rights."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.asked = cls._require(cls.stage_qualified, 'referred', name="Reference")
        cls.user_employee = mail_new_test_user(cls.env, 'attack_employee', groups='base.group_user')
        cls.user_portal = mail_new_test_user(cls.env, 'attack_portal', groups='base.group_portal')
        cls.user_public = cls.env.ref('base.public_user')
        cls.user_elsewhere = mail_new_test_user(cls.env, 'attack_elsewhere', groups='sales_team.group_sale_salesman')
        cls.team_elsewhere = cls.env['crm.team'].create({
            'name': "Elsewhere", 'company_id': False, 'member_ids': cls.user_elsewhere.ids})
        cls.company_elsewhere = cls.env['res.company'].create({'name': "Elsewhere"})
        cls.user_other_company = mail_new_test_user(
            cls.env, 'attack_company', groups='sales_team.group_sale_salesman_all_leads',
            company_id=cls.company_elsewhere.id, company_ids=[(6, 0, cls.company_elsewhere.ids)])
        cls.tag = cls.env['crm.tag'].create({'name': "Attacked"})
        cls.partner = cls.env['res.partner'].create({'name': "Customer", 'email': 'customer@sao-viet.example'})
        cls.env.flush_all()

    @classmethod
    def _new_values(cls, **values):
        return {'name': "Attack", 'type': 'opportunity', 'team_id': cls.sales_team_1.id, **values}

    @contextlib.contextmanager
    def _undone(self):
        """Undo what is done inside, so that one variant leaves nothing to the next."""
        savepoint = self.env.cr.savepoint()
        try:
            yield
        finally:
            savepoint.close(rollback=True)
            self.env.invalidate_all()

    def _request(self, function):
        """Call a function as a request does, which is rolled back when it fails.

        :return: the error, if any
        """
        def call():
            with self.env.cr.savepoint():
                function()
        return quietly(call)

    # What is in the database

    def _select(self, query, *parameters):
        self.env.flush_all()
        self.env.cr.execute(query, parameters)
        return self.env.cr.fetchall()

    def _get_past(self):
        """Return the names of opportunities in a later stage that lack the reference."""
        return [name for (name,) in self._select("""
            SELECT name FROM crm_lead
             WHERE stage_id = ANY(%s) AND type = 'opportunity' AND active AND COALESCE(btrim(referred), '') = ''
        """, (self.stages - self.stage_new).ids)]

    def assertNothingPast(self, error=None):
        past = self._get_past()
        self.assertFalse(past, f"got past the gate: {past} ({error})")

    def _get_picture(self):
        """Return all that the database has of opportunities, their tags and their chatter."""
        self.env.cr.flush()  # what is posted at the end of the transaction
        return {
            'leads': self._select("SELECT id, to_jsonb(l) - 'write_date' - 'write_uid' FROM crm_lead l ORDER BY id"),
            'tags': self._select("SELECT lead_id, tag_id FROM crm_tag_rel ORDER BY 1, 2"),
            'messages': self._select("SELECT id FROM mail_message WHERE model = 'crm.lead' ORDER BY id"),
            'orders': self._select("SELECT id, opportunity_id FROM sale_order ORDER BY id"),
        }

    def assertUnchanged(self, before):
        """Assert that the database is as in an earlier picture, and tell only what is not."""
        after = self._get_picture()
        self.assertFalse({
            name: [row for row in rows if row not in before[name]] + [("gone", row) for row in before[name] if row not in rows]
            for name, rows in after.items() if rows != before[name]})

    def _read_cached(self, leads):
        """Return what this very transaction believes of opportunities."""
        return [tuple(lead[name] for name in CACHED_FIELDS) for lead in leads]
