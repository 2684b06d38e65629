from odoo.tests import HttpCase, tagged

from .common import PipelineCommon

PIPELINE = '/odoo/action-crm.crm_lead_action_pipeline'
LANGUAGES = ('en_US', 'vi_VN')


@tagged('-at_install', 'post_install')
class TestStageTours(PipelineCommon, HttpCase):
    """What a salesperson meets, in a browser; each tour ends with what is stored."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Core has stages of the same names; ours are the columns that are seen.
        (cls.env['crm.stage'].search([]) - cls.stages).fold = True
        for stage in cls.stages:
            stage.write({'name': f"Tour {stage.name}", 'sequence': stage.sequence - 2000})
        cls.stage_qualified.write({'auto_probability': True, 'probability': 40})
        cls.env['crm.lead'].search([('user_id', '=', cls.user_sales_salesman.id)]).user_id = False

    def setUp(self):
        super().setUp()
        self.lead = self._create_opportunity("Printers")

    def _require_revenue_and_date(self):
        return self._require(self.stage_qualified, 'expected_revenue') + self._require(self.stage_qualified, 'date_deadline')

    def _tour(self, tour, check, url=None, user=None, prepare=None):
        """Run a tour in both languages, each time with an opportunity of its own, and check what is stored.

        :param check: called after each tour
        :param str url: by default the opportunity
        :param prepare: called before each tour
        """
        user = user or self.user_sales_salesman
        for lang in LANGUAGES:
            with self.subTest(lang=lang):
                self.users.lang = lang
                self.lead.unlink()
                self.lead = self._create_opportunity("Printers")
                if prepare:
                    prepare()
                self.start_tour(url or f'/odoo/crm/{self.lead.id}', tour, login=user.login)
                self.env.invalidate_all()
                check()

    def assertQualified(self):
        self.assertEqual(self.lead.stage_id, self.stage_qualified)
        self.assertEqual(self.lead.expected_revenue, 5000000)
        self.assertEqual(str(self.lead.date_deadline), '2030-12-31')
        self.assertEqual(self.lead.probability, 40)

    def test_drop_fill_in_lands(self):
        self._require_revenue_and_date()
        self._tour('winerp_stage_drop_fill', self.assertQualified, url=PIPELINE)

    def test_drop_discard_goes_back(self):
        self._require_revenue_and_date()
        self._tour('winerp_stage_drop_discard', lambda: self.assertEqual(self.lead.stage_id, self.stage_new), url=PIPELINE)

    def test_status_bar(self):
        self._require_revenue_and_date()

        def check():
            self.assertQualified()
            self.assertEqual(self.lead.name, "Laser printers")

        self._tour('winerp_stage_statusbar', check)

    def test_won_button(self):
        self._require(self.stage_won, 'phone')

        def check():
            self.assertEqual(self.lead.stage_id, self.stage_won)
            self.assertEqual((self.lead.phone, self.lead.probability), ("0912345678", 100))

        self._tour('winerp_stage_won', check)

    def test_clearing_what_the_stage_requires(self):
        self._require(self.stage_qualified, 'phone')
        self._tour(
            'winerp_stage_clear_required', lambda: self.assertEqual(self.lead.phone, "0912345678"),
            prepare=lambda: self.lead.write({'phone': "0912345678", 'stage_id': self.stage_qualified.id}))
