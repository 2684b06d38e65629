from unittest.mock import Mock, patch

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tests.common import warmup

from ..models import crm_lead_fill_in
from .common import PipelineCommon

REQUEST = 'odoo.addons.winerp_crm_pipeline.models.crm_lead_dialog.request'


@tagged('-at_install', 'post_install')
class TestStageFillIn(PipelineCommon):
    """Several opportunities at once: each is saved as far as it may."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.leads = cls.lead + cls._create_opportunity("Desks") + cls._create_opportunity("Chairs")
        cls.phone = cls._require(cls.stage_qualified, 'phone')
        cls.revenue = cls._require(cls.stage_qualified, 'expected_revenue')

    def _fill_in(self, *values, leads=None, **kwargs):
        leads = self.leads if leads is None else leads
        return self._as_salesman(leads).action_fill_in(
            {str(lead.id): vals for lead, vals in zip(leads, values, strict=True)}, **kwargs)

    def _move(self, **values):
        return {'stage_id': self.stage_qualified.id, **values}

    def test_grid(self):
        self._require(self.stage_qualified, "[('calendar_event_ids', '!=', False)]")
        self.leads[1].phone = "0912"
        fill_in = self._as_salesman(self.leads).get_fill_in(self.stage_qualified.id)
        self.assertEqual(set(fill_in['columns']), {'phone', 'expected_revenue'})
        self.assertEqual([row['name'] for row in fill_in['rows']], ["Printers", "Desks", "Chairs"])
        row = fill_in['rows'][1]
        self.assertEqual(row['fields'], ['expected_revenue'])
        [condition] = row['others']
        self.assertEqual((condition['name'], condition['remedy']['model']), ("Condition", 'calendar.event'))
        self.assertEqual(condition, self._as_salesman(self.leads[1]).get_stage_move_requirements(
            self.stage_qualified.id)['dialog']['conditions'][0], "as in the dialog of one")
        self.assertEqual(row['stage_id'], self.stage_qualified.id)
        self.assertEqual((row['stage_name'], row['seen']['stage_id']), ("Qualified", self.stage_new.id))
        for part in ('widget="phone"', 'widget="monetary"', 'name="company_currency"'):
            self.assertIn(part, fill_in['form']['arch'])
        self.assertFalse(self._as_salesman(self.leads).get_fill_in()['rows'], "nothing is missing where they are")

    def test_what_fits_in_no_cell_is_filled_in_on_the_opportunity(self):
        self._require(self.stage_qualified, 'description')
        [condition] = self._as_salesman(self.lead).get_fill_in(self.stage_qualified.id)['rows'][0]['others']
        self.assertEqual((condition['remedy']['model'], condition['remedy']['res_id']), ('crm.lead', self.lead.id))

    def test_grid_of_different_stages(self):
        stage_ids = {str(self.leads[0].id): self.stage_qualified.id, str(self.leads[1].id): self.stage_new.id}
        rows = self._as_salesman(self.leads).get_fill_in(stage_ids)['rows']
        self.assertEqual([row['id'] for row in rows], self.leads[0].ids)

    def test_grid_has_a_limit(self):
        with patch.object(crm_lead_fill_in, 'MAX_ROWS', 2):
            fill_in = self._as_salesman(self.leads).get_fill_in(self.stage_qualified.id)
        self.assertEqual((len(fill_in['rows']), fill_in['more_ids']), (2, self.leads[2].ids))

    def test_a_refusal_of_several_brings_the_grid(self):
        complete = self._create_opportunity("Complete", phone="0912", expected_revenue=5)
        for leads in (self.leads + complete, self.lead + complete):
            salesman = self._as_salesman(leads)
            with patch(REQUEST, Mock(session=Mock(uid=salesman.env.uid))):
                error = self.assertRefused(lambda leads=salesman: leads.write({'stage_id': self.stage_qualified.id}))
            rows = error.context['dialog']['fill_in']['rows']
            self.assertEqual([row['id'] for row in rows], (leads - complete).ids)

    def test_complete_ones_are_saved_the_rest_is_told(self):
        result = self._fill_in(
            self._move(phone="0912", expected_revenue=5), self._move(phone="0913"), self._move(expected_revenue=7))
        self.assertEqual(result['saved_ids'], self.leads[0].ids)
        self.assertEqual(self.leads.mapped('stage_id.name'), ["Qualified", "New"])
        self.assertEqual(self.leads.mapped('phone'), ["0912", False, False], "what is refused leaves nothing behind")
        rows = result['fill_in']['rows']
        self.assertEqual([(row['name'], row['fields']) for row in rows], [
            ("Desks", ['phone', 'expected_revenue']), ("Chairs", ['phone', 'expected_revenue'])])

    def test_one_failure_spoils_nothing(self):
        Lead = self.env.registry['crm.lead']
        write, reason = Lead.write, "No such number"

        def failing(records, vals):
            if vals.get('phone') == "0000":
                raise ValidationError(reason)
            return write(records, vals)

        with patch.object(Lead, 'write', failing):
            result = self._fill_in(*(self._move(phone=phone, expected_revenue=5) for phone in ("0911", "0000", "0913")))
        self.assertEqual(result['saved_ids'], (self.leads - self.leads[1]).ids)
        [row] = result['fill_in']['rows']
        self.assertEqual((row['name'], row['problem']), ("Desks", reason))
        self.assertFalse(self.leads[1].phone)

    def test_without_a_move(self):
        """The worklist: opportunities stay where they are."""
        self.phone.stage_id = self.revenue.stage_id = self.stage_new
        result = self._fill_in(
            {'phone': "0911", 'expected_revenue': 1}, {'phone': "0912", 'expected_revenue': 2}, {'phone': "0913"})
        self.assertEqual(result['saved_ids'], self.leads.ids)
        self.assertEqual(self.leads.stage_id, self.stage_new)
        self.assertEqual([row['name'] for row in self._as_salesman(self.leads).get_fill_in()['rows']], ["Chairs"])

    def test_what_colleagues_did_meanwhile(self):
        rows = self._as_salesman(self.leads).get_fill_in(self.stage_qualified.id)['rows']
        seen = {str(row['id']): row['seen'] for row in rows}
        self.leads[0].write({'phone': "1", 'expected_revenue': 1, 'stage_id': self.stage_quotation.id})
        self.leads[1].phone = "0988"
        deleted = self.leads[2]
        values = {str(lead.id): self._move(phone="0912", expected_revenue=5) for lead in self.leads}
        salesman = self._as_salesman(self.leads)
        deleted.unlink()
        result = salesman.action_fill_in(values, seen)
        self.assertEqual((result['saved_ids'], result['gone_ids']), ([], deleted.ids))
        rows = {row['id']: row for row in result['fill_in']['rows']}
        self.assertIn("“Quotation”", rows[self.leads[0].id]['problem'])
        self.assertIn("Phone: 0988", rows[self.leads[1].id]['problem'])
        # Whoever saves again means it.
        seen = {str(row['id']): row['seen'] for row in rows.values()}
        result = salesman.exists().action_fill_in(values, seen)
        self.assertEqual(set(result['saved_ids']), set(self.leads[:2].ids))
        self.assertEqual(self.leads[:2].mapped('phone'), ["0912", "0912"])

    def test_what_colleagues_entered_reads_as_on_the_form(self):
        self.env['res.lang']._activate_lang('vi_VN')
        self.lead.write({
            'expected_revenue': 1234567, 'date_deadline': '2030-01-31', 'priority': '2', 'partner_id': self.contact_1.id,
            'description': "<p>Xin chào</p>", 'phone': False})
        lead = self.lead.with_context(lang='vi_VN')
        self.assertIn("1.234.567", lead._get_value_text('expected_revenue'))
        self.assertEqual(lead._get_value_text('date_deadline'), "31/01/2030")
        self.assertEqual(lead._get_value_text('partner_id'), self.contact_1.display_name)
        self.assertEqual(lead._get_value_text('description'), "Xin chào")
        self.assertEqual(lead._get_value_text('phone'), "")
        self.assertNotIn(lead._get_value_text('priority'), ('', '2'))

    def test_only_what_the_user_may_edit(self):
        other = self._create_opportunity("Secret", user_id=self.user_sales_manager.id)
        with self.assertRaises(AccessError):
            self._as_salesman(other).get_fill_in(self.stage_qualified.id)
        with self.assertRaises(AccessError):
            self._fill_in(self._move(phone="0912", expected_revenue=5), leads=other)

    def test_open_from_anywhere(self):
        action = self._as_salesman(self.leads).action_open_fill_in()
        self.assertEqual((action['tag'], action['params']), ('winerp_crm_pipeline.fill_in', {'lead_ids': self.leads.ids}))

    @warmup
    def test_queries_do_not_grow(self):
        many = self.env['crm.lead'].with_context(tracking_disable=True).create([
            {
                'name': f"Deal {number}", 'type': 'opportunity', 'stage_id': self.stage_new.id,
                'team_id': self.sales_team_1.id, 'user_id': self.user_sales_salesman.id,
            } for number in range(40)])
        counts = {'ask': [], 'save': [], 'save the same': [], 'save with one refused': []}
        for size in (3, 3, 40):  # the first warms the caches up
            for what, function in (
                ('ask', lambda leads: leads.get_fill_in(self.stage_qualified.id)),
                ('save', lambda leads: leads.action_fill_in({
                    lead.id: self._move(phone=f"09{lead.id}", expected_revenue=lead.id) for lead in leads})),
                ('save the same', lambda leads: leads.action_fill_in({
                    lead.id: self._move(phone="0912", expected_revenue=5) for lead in leads})),
                ('save with one refused', lambda leads: leads.action_fill_in({
                    lead.id: self._move(phone=lead != leads[1] and "0912", expected_revenue=5) for lead in leads})),
            ):
                many.write({'stage_id': self.stage_new.id, 'phone': False, 'expected_revenue': 0})
                self.env.flush_all()
                self.env.invalidate_all()
                leads = self._as_salesman(many[:size]).with_context(tracking_disable=True)
                start = self.cr.sql_log_count
                function(leads)
                self.env.flush_all()
                counts[what].append(self.cr.sql_log_count - start)
        for what, (_first, few, all_of_them) in counts.items():
            self.assertEqual(few, all_of_them, (what, counts))

    @warmup
    def test_links_of_conditions_cost_the_same_for_all(self):
        for domain in ("[('calendar_event_ids', '!=', False)]", "[('partner_id.ref', '!=', False)]"):
            self._require(self.stage_qualified, domain)
        partners = self.env['res.partner'].create([{'name': f"Customer {number}"} for number in range(40)])
        many = self.env['crm.lead'].create([
            {
                'name': partner.name, 'type': 'opportunity', 'stage_id': self.stage_new.id, 'partner_id': partner.id,
                'team_id': self.sales_team_1.id, 'user_id': self.user_sales_salesman.id,
            } for partner in partners])
        counts = []
        for size in (3, 3, 40):  # the first warms the caches up
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.cr.sql_log_count
            rows = self._as_salesman(many[:size]).get_fill_in(self.stage_qualified.id)['rows']
            counts.append(self.cr.sql_log_count - start)
            self.assertEqual(len(rows[-1]['others']), 2)
        self.assertEqual(counts[1], counts[2], counts)
