from odoo.tests import BaseCase, tagged

from ..stage_data import Stage, StageRule
from ..stage_rules import StageRules, parse_domain


def rule(rule_id, stage_id, scope='onward', **values):
    return StageRule(**{
        'id': rule_id, 'stage_id': stage_id, 'scope': scope, 'kind': 'field', 'level': 'block', 'field_name': 'phone',
        'domain': '', 'condition': '', 'team_ids': frozenset(), 'company_id': False,
        'value_fields': frozenset(['phone']), 'watched_fields': frozenset(['phone']), **values,
    })


@tagged('-at_install', 'post_install')
class TestStageRules(BaseCase):
    """Which rules hold where: plain Python, no database."""

    def setUp(self):
        super().setUp()
        # Stage 5 is for team 7 only, and shares its sequence with stage 4.
        self.stages = {
            3: Stage(1, frozenset(), False, None), 4: Stage(2, frozenset(), False, 20),
            5: Stage(2, frozenset([7]), False, None), 2: Stage(9, frozenset(), True, None),
        }

    def _ids(self, rules, *position):
        return [found.id for found in StageRules(rules, self.stages).for_position(*position)]

    def test_onward_and_stage_scope(self):
        rules = [rule(1, 4), rule(2, 4, scope='stage')]
        self.assertEqual(self._ids(rules, 3, False, False), [], "an earlier stage asks nothing")
        self.assertEqual(self._ids(rules, 4, False, False), [1, 2])
        self.assertEqual(self._ids(rules, 2, False, False), [1], "only the onward rule holds later")

    def test_equal_sequence_is_ordered_by_id(self):
        self.assertEqual(self._ids([rule(1, 4)], 5, 7, False), [1])
        self.assertEqual(self._ids([rule(1, 5)], 4, 7, False), [])

    def test_stage_of_another_team_is_not_passed(self):
        self.assertEqual(self._ids([rule(1, 5)], 2, 7, False), [1])
        self.assertEqual(self._ids([rule(1, 5)], 2, 8, False), [], "the stage is not in the pipeline of team 8")
        self.assertEqual(self._ids([rule(1, 5)], 2, False, False), [])
        self.assertEqual(self._ids([rule(1, 5)], 5, 8, False), [1], "whoever is in it all the same meets its own rules")

    def test_teams_and_company(self):
        rules = [rule(1, 3, team_ids=frozenset([7])), rule(2, 3, company_id=1)]
        self.assertEqual(self._ids(rules, 3, 7, False), [1])
        self.assertEqual(self._ids(rules, 3, 8, 1), [2])
        self.assertEqual(self._ids(rules, 3, False, 2), [])

    def test_next_stage(self):
        rules = StageRules([], self.stages)
        self.assertEqual([rules.get_next_stage_id(stage, 7) for stage in (3, 4, 5, 2)], [4, 5, 2, False])
        self.assertEqual(rules.get_next_stage_id(4, 8), 2, "the stage of another team is skipped")
        self.assertFalse(rules.get_next_stage_id(99, 7))

    def test_parse_domain(self):
        self.assertEqual(list(parse_domain("[('user_id', '=', uid)]", 6)), [('user_id', '=', 6)])
        self.assertTrue(parse_domain('', 6).is_true())
        for text in ("[('user_id', '=', user.id)]", "__import__('os')", "[('a',", "[('a', '=', 1 + uid)]", "7"):
            with self.subTest(text=text), self.assertRaises(ValueError):
                parse_domain(text, 6)
