from datetime import timedelta
from unittest.mock import patch

from odoo.sql_db import BaseCursor
from odoo.tests import tagged

from .test_stage_tours import TOUR_LANGUAGES, StageToursCommon

CHANGES = 'winerp_crm_pipeline.crm_lead_history_action_changes'
LONG_AGO = timedelta(days=100)  # before this quarter, and before last month


class PipelineChangesToursCommon(StageToursCommon):
    """A pipeline of a salesperson that was there long ago, and changed today."""

    def setUp(self):
        super().setUp()
        self.lead.unlink()
        now = self.env.cr.now()
        with patch.object(BaseCursor, 'now', lambda _cursor: now - LONG_AGO):
            raised, won = (
                self._create_opportunity(name, expected_revenue=revenue)
                for name, revenue in (("Raised deal", 100e6), ("Won deal", 40e6)))
            self.env.cr.flush()
        with patch.object(BaseCursor, 'now', lambda _cursor: now - timedelta(seconds=2)):
            raised.expected_revenue = 130e6
            won.action_set_won()
            self._create_opportunity("New deal", expected_revenue=7e6)
            self.env.cr.flush()
        self.won = won
        self.phone = self._require(self.stage_qualified, 'phone')
        action = self.env.ref(CHANGES).copy({'context': {'search_default_user_id': self.user_sales_salesman.id}})
        self.url = f'/odoo/action-{action.id}'

    def _tour_in_languages(self, tour, url=None):
        for lang in TOUR_LANGUAGES:
            with self.subTest(lang=lang):
                self.users.lang = lang
                self.start_tour(url or self.url, tour, login=self.user_sales_manager.login)


@tagged('-at_install', 'post_install', 'winerp_browser')
class TestPipelineChangesTours(PipelineChangesToursCommon):
    """A manager looks at what changed in the pipeline, in a browser."""

    def test_changes(self):
        self._tour_in_languages('winerp_pipeline_changes')

    def test_worth_of_requirements(self):
        self.env.company.crm_minimum_opportunities = 1
        self._name(self.phone, "Phone")
        self._tour_in_languages('winerp_requirement_worth', f'/odoo/action-crm.crm_stage_action/{self.stage_qualified.id}')

    def test_menu(self):
        self._tour_in_languages('winerp_pipeline_changes_menu', '/odoo/crm')


@tagged('-at_install', 'post_install', 'winerp_browser')
class TestPipelineChangesPhone(PipelineChangesToursCommon):
    browser_size = '390x844'
    touch_enabled = True

    def test_changes(self):
        self._tour_in_languages('winerp_pipeline_changes_phone')
