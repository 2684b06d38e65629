"""What a manager meets: where deals get stuck, which these are, and how two salespeople do."""
from datetime import datetime, timedelta
from unittest.mock import patch

from dateutil.relativedelta import relativedelta

from odoo.sql_db import BaseCursor
from odoo.tests import HttpCase, tagged

from .common import PipelineCommon
from .test_stage_tours import TOUR_LANGUAGES

FUNNEL = '/odoo/action-winerp_crm_pipeline.crm_lead_funnel_action'


class FunnelToursCommon(PipelineCommon, HttpCase):
    """Nine opportunities of two salespeople: two of nine go on from the second stage, one is lost there."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env['crm.lead'].with_context(active_test=False).search([]).unlink()
        (cls.env['crm.stage'].search([]) - cls.stages).team_ids = cls.env['crm.team'].create({'name': "Other stages"})
        cls.user_sales_salesman.name = "Tour An"
        cls.user_sales_leads.name = "Tour Binh"
        cls.env.company.crm_minimum_opportunities = 2
        with patch.object(BaseCursor, 'now', lambda _cursor: cls.moment):
            cls._live()

    @classmethod
    def _live(cls):
        cls.moment = datetime.now() - timedelta(seconds=5)
        leads = cls._begin("Deal", [cls.user_sales_salesman] * 5 + [cls.user_sales_leads] * 4)
        cls._move((leads, cls.stage_qualified), (leads[0], cls.stage_negotiation), (leads[5], cls.stage_quotation))
        leads[1].action_set_lost()
        cls.env.cr.flush()

    @classmethod
    def _begin(cls, name, users):
        return cls.env['crm.lead'].concat(*(
            cls._create_opportunity(f"{name} {number}", expected_revenue=6000000, user_id=user.id)
            for number, user in enumerate(users)))

    @classmethod
    def _move(cls, *moves):
        """A moment for each move: the history takes what happens at one moment as one change."""
        for leads, stage in moves:
            cls.env.cr.flush()
            cls.moment += timedelta(seconds=1)
            leads.stage_id = stage
        cls.env.cr.flush()

    def _tour(self, tour):
        for lang in TOUR_LANGUAGES:
            with self.subTest(lang=lang):
                self.users.lang = lang
                self.start_tour(FUNNEL, tour, login=self.user_sales_manager.login)


@tagged('-at_install', 'post_install', 'winerp_browser')
class TestFunnelTours(FunnelToursCommon):

    def test_where_deals_get_stuck(self):
        self._tour('winerp_funnel_stuck')

    def test_two_salespeople(self):
        self._tour('winerp_funnel_salespeople')

    def test_periods(self):
        self._tour('winerp_funnel_periods')

    def test_two_periods_compared(self):
        """Of four that began in the six months before, two went on."""
        with patch.object(BaseCursor, 'now', lambda _cursor: self.moment):
            type(self).moment = datetime.now() - relativedelta(months=8)
            old = self._begin("Old", [self.user_sales_salesman] * 4)
            self._move((old, self.stage_qualified), (old[:2], self.stage_quotation))
            self.env.cr.flush()
        self._tour('winerp_funnel_compared')


@tagged('-at_install', 'post_install', 'winerp_browser')
class TestFunnelToursPhone(FunnelToursCommon):
    browser_size = '390x844'
    touch_enabled = True

    def test_where_deals_get_stuck(self):
        self._tour('winerp_funnel_phone')

    def test_two_salespeople(self):
        self._tour('winerp_funnel_phone_salespeople')
