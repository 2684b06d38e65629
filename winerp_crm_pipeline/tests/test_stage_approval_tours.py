from odoo.tests import tagged

from .test_stage_tours import PIPELINE, TOUR_LANGUAGES, StageToursCommon

OVERRIDES = '/odoo/action-winerp_crm_pipeline.crm_stage_override_action'


class ApprovalToursCommon(StageToursCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sales_team_1.user_id = cls.user_sales_manager

    def _tours(self, *tours):
        """Run tours of several users one after the other, in both languages.

        :param tours: ``(tour, url or None for the opportunity, user, check)``
        """
        for lang in TOUR_LANGUAGES:
            self.users.lang = lang
            self.lead.unlink()
            self.lead = self._create_opportunity("Printers")
            for tour, url, user, check in tours:
                with self.subTest(lang=lang, tour=tour):
                    self.start_tour(url or f'/odoo/crm/{self.lead.id}', tour, login=user.login)
                    self.env.invalidate_all()
                    check()

    def assertRequest(self, state, stage):
        self.assertEqual((self.lead.stage_override_ids[:1].state, self.lead.stage_id), (state, stage))


@tagged('-at_install', 'post_install', 'winerp_browser')
class TestStageApprovalTours(ApprovalToursCommon):
    """One asks, another decides."""

    def test_ask_and_approve(self):
        self._require_revenue_and_date()

        def check():
            self.assertRequest('approved', self.stage_qualified)
            self.assertEqual(self.lead.expected_revenue, 5000000)

        asked = ('requested', self.stage_new)
        self._tours(
            ('winerp_approval_ask', None, self.user_sales_salesman, lambda: self.assertRequest(*asked)),
            ('winerp_approval_chip', PIPELINE, self.user_sales_salesman, lambda: self.assertRequest(*asked)),
            ('winerp_approval_approve', None, self.user_sales_manager, check))

    def test_refuse_in_the_report(self):
        self._require_revenue_and_date()

        def ask():
            self._as_salesman().action_request_stage_move(self.stage_qualified.id, {}, "Known for years")

        self._tour(
            'winerp_approval_report', lambda: self.assertRequest('refused', self.stage_new), url=OVERRIDES,
            user=self.user_sales_manager, prepare=ask)

    def test_several(self):
        self._require_revenue_and_date()
        desks = self._create_opportunity("Desks")

        def check():
            self.assertRequest('requested', self.stage_new)
            self.assertEqual(desks.stage_override_ids[:1].values, {'expected_revenue': 5000000})
            desks.stage_override_ids.sudo().unlink()

        self._tour('winerp_approval_several', check, url=f'{PIPELINE}?view_type=list')

    def test_one_that_is_created(self):
        self._require_revenue_and_date()

        def check():
            created = self.env['crm.lead'].search([('name', '=', "Shredders")])
            self.assertEqual(len(created), 1)
            self.assertEqual((created.stage_id, created.stage_override_ids.state), (self.stage_new, 'requested'))
            created.unlink()

        self._tour('winerp_approval_quick_create', check, url=PIPELINE)
        self._tour('winerp_approval_new_form', check, url=f'{PIPELINE}/new')

    def test_path(self):
        self.stage_quotation.from_stage_ids = self.stage_qualified
        self._tour('winerp_path', lambda: self.assertRequest('requested', self.stage_new))


@tagged('-at_install', 'post_install', 'winerp_browser')
class TestStageApprovalToursPhone(ApprovalToursCommon):
    """The same on a phone."""

    browser_size = '390x844'
    touch_enabled = True

    def test_ask_and_refuse(self):
        self._require_revenue_and_date()
        self._tours(
            ('winerp_approval_ask_phone', None, self.user_sales_salesman,
             lambda: self.assertRequest('requested', self.stage_new)),
            ('winerp_approval_refuse_phone', None, self.user_sales_manager,
             lambda: self.assertRequest('refused', self.stage_new)))
