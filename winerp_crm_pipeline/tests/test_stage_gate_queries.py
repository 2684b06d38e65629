from odoo.tests import tagged
from odoo.tests.common import warmup

from .common import PipelineCommon

SIZES = (1, 80, 1000)


@tagged('-at_install', 'post_install')
class TestStageGateQueries(PipelineCommon):
    """The gate costs a number of queries that does not grow with the opportunities."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.leads = cls.env['crm.lead'].with_context(tracking_disable=True).create([
            {
                'name': f"Deal {number}", 'type': 'opportunity', 'stage_id': cls.stage_new.id, 'team_id': cls.sales_team_1.id,
                'user_id': cls.user_sales_salesman.id, 'expected_revenue': 5, 'date_deadline': '2030-01-31', 'phone': "0912",
            } for number in range(max(SIZES))
        ])

    def _count(self, function, size):
        """Return the number of queries of a call on so many opportunities, from an empty cache."""
        leads = self.leads[:size].with_user(self.user_sales_salesman).with_context(tracking_disable=True)
        for _time in range(2):
            function(leads)  # warm the registry's caches; what a first refusal rolls back empties them once more
        self._reset(leads)
        before = self.cr.sql_log_count
        function(leads)
        self.env.flush_all()
        count = self.cr.sql_log_count - before
        self._reset(leads)
        return count

    def _reset(self, leads):
        leads.sudo().write({'stage_id': self.stage_new.id})
        self.env.cr.flush()  # with what the end of a transaction tells open boards
        self.env.invalidate_all()

    def _require_three(self):
        return self.env['crm.stage.requirement'].concat(
            *(self._require(self.stage_qualified, name) for name in ('expected_revenue', 'date_deadline', 'phone')))

    def _require_ten(self):
        requirements = self._require_three()
        for name in ('name', 'user_id'):
            requirements += self._require(self.stage_qualified, name)
        for domain in ("[('partner_id', '=', False)]", "[('expected_revenue', '>', 0)]", "[('calendar_event_ids', '=', False)]"):
            requirements += self._require(self.stage_qualified, domain)
        for condition in ("[('expected_revenue', '>', 1)]", "[('tag_ids', '=', False)]"):
            requirements += self._require(self.stage_qualified, 'phone', condition=condition)
        return requirements

    @warmup
    def test_stage_write(self):
        """An accepted move costs at most 3 queries more than without requirements, however many move."""
        def move(leads):
            leads.write({'stage_id': self.stage_qualified.id})

        plain = {size: self._count(move, size) for size in SIZES}
        requirements = self._require_three()
        three = {size: self._count(move, size) for size in SIZES}
        requirements.unlink()
        self._require_ten()
        ten = {size: self._count(move, size) for size in SIZES}
        for size in SIZES:
            with self.subTest(size=size):
                self.assertLessEqual(three[size] - plain[size], 3, "a savepoint and its release, one look at all rules")
                self.assertLessEqual(ten[size] - plain[size], 3, "the same")

    @warmup
    def test_missing(self):
        self._require_ten()
        counts = {size: self._count(lambda leads: leads._get_missing_requirements(self.stage_qualified), size) for size in SIZES}
        self.assertEqual(len(set(counts.values())), 1, counts)

    @warmup
    def test_refusal_is_cheap(self):
        """A refused move is written, looked at and undone, at a cost that does not grow."""
        requirement = self._require(self.stage_qualified, 'website')
        self._require_ten()

        def move(leads):
            self.assertRefused(lambda: leads.write({'stage_id': self.stage_qualified.id}))

        counts = {size: self._count(move, size) for size in SIZES}
        self.assertLessEqual(max(counts.values()), 20, counts)
        self.assertEqual(len(set(counts.values())), 1, counts)
        requirement.unlink()

    @warmup
    def test_other_writes_cost_nothing(self):
        def write(leads):
            leads.write({'referred': "An"})

        plain = {size: self._count(write, size) for size in SIZES}
        self._require_ten()
        for size in SIZES:
            self.assertEqual(self._count(write, size), plain[size])

    @warmup
    def test_filling_a_required_field_costs_nothing(self):
        def write(leads):
            leads.write({'expected_revenue': 6})

        plain = self._count(write, 80)
        self._require_three()
        self.assertEqual(self._count(write, 80), plain)

    @warmup
    def test_pages(self):
        """A page of 80 cards or rows costs at most 2 queries more than without what our views add to it."""
        self._require_ten()
        self._require(self.stage_quotation, 'website')
        for view_type, view, ours in (
            ('kanban', 'crm.crm_case_kanban_view_leads', {'stage_chip'}),
            ('list', 'winerp_crm_pipeline.crm_lead_view_list_missing_information', {'missing_requirement_ids'}),
        ):
            leads = self.env['crm.lead'].with_user(self.user_sales_salesman)
            fields = leads.get_view(self.env.ref(view).id, view_type)['models']['crm.lead']
            self.assertLessEqual(ours, set(fields))

            def read(_leads, names, model=leads):
                specification = {
                    name: {'fields': {'display_name': {}}} if model._fields[name].relational else {} for name in names
                }
                model.web_search_read([('id', 'in', self.leads[:80].ids)], specification, limit=80)

            plain = self._count(lambda leads, names=[*(set(fields) - ours)]: read(leads, names), 80)
            count = self._count(lambda leads, names=[*fields]: read(leads, names), 80)
            with self.subTest(view=view_type):
                self.assertLessEqual(count - plain, 2)
        ordinary = self.env['crm.lead'].get_view(self.env.ref('crm.crm_case_tree_view_oppor').id, 'list')['arch']
        self.assertNotIn('missing_requirement_ids', ordinary, "a hidden column is read, too")
