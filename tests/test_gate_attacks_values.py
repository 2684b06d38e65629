"""What is stored is what is judged: stages and values in every shape that Odoo stores as something else."""
import inspect
import math

from gate_attackers import AttackCommon

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.winerp_crm_pipeline.exceptions import StageRequirementError

WHITE_SPACE = (
    "", " ", "\t\n", "\x1c", "\x1d", "\x1e", "\x1f", "\x85", "\xa0", "\u1680", "\u2003", "\u2028", "\u202f", "\u205f", "\u3000",
    " \xa0\u3000\x85 ")
EMPTY_HTML = (
    "", " ", "<p><br></p>", "<p>&nbsp;</p>", "<p>\xa0</p>", "<script>alert(1)</script>", "<style>p {color: red}</style>",
    "<!-- note -->", "<div><p> </p></div>", "<p><span style='color: red'>  </span></p>",
)


class OddInt(int):
    """An id as numpy and others hand it over: a number, though not exactly an int."""


@tagged('post_install', '-at_install')
class TestStageInOddShapes(AttackCommon):
    """However the stage is said, it is that stage."""

    def _get_shapes(self):
        stage_id = self.stage_qualified.id
        return {
            'text': str(stage_id), 'text with a space': f" {stage_id}", 'text of a float': f"{stage_id}.0",
            'float': float(stage_id), 'list': [stage_id],
            'tuple': (stage_id,), 'pair': (stage_id, "Qualified"), 'dict': {'id': stage_id},
            'odd int': OddInt(stage_id), 'record': self.stage_qualified, 'name': "Qualified", 'command': [[6, 0, [stage_id]]],
        }

    def _attack_with_all_shapes(self, attack):
        for shape, value in self._get_shapes().items():
            with self.subTest(shape=shape), self._undone():
                error = self._request(lambda value=value: attack(value))
                self.assertNothingPast(error)

    @property
    def leads(self):
        return self.env['crm.lead'].with_user(self.user_sales_salesman)

    def test_create(self):
        self._attack_with_all_shapes(lambda value: self.leads.create(self._new_values(stage_id=value)))

    def test_create_with_a_default_in_the_context(self):
        self._attack_with_all_shapes(
            lambda value: self.leads.with_context(default_stage_id=value).create(self._new_values()))

    def test_create_by_name(self):
        self._attack_with_all_shapes(
            lambda value: self.leads.with_context(default_stage_id=value, default_type='opportunity').name_create("Attack"))

    def test_write(self):
        self._attack_with_all_shapes(lambda value: self._as_salesman().write({'stage_id': value}))

    def test_web_save(self):
        self._attack_with_all_shapes(lambda value: self._as_salesman().web_save({'stage_id': value}, {}))

    def test_web_save_of_a_new_one(self):
        self._attack_with_all_shapes(lambda value: self.leads.web_save(self._new_values(stage_id=value), {}))

    def test_web_save_multi(self):
        self._attack_with_all_shapes(lambda value: self._as_salesman().web_save_multi([{'stage_id': value}], {}))

    def test_copy(self):
        self._attack_with_all_shapes(lambda value: self._as_salesman().copy({'stage_id': value}))

    def test_import(self):
        def load(column):
            def attack(value):
                self.leads.load(['name', 'type', column], [["Attack", 'opportunity', value]])
            return attack

        for column in ('stage_id/.id', 'stage_id', 'stage_id/id'):
            with self.subTest(column=column), mute_logger('odoo.sql_db'):
                self._attack_with_all_shapes(load(column))

    def test_action_move_stage(self):
        self._attack_with_all_shapes(lambda value: self._as_salesman().action_move_stage(value))
        self._attack_with_all_shapes(lambda value: self._as_salesman().action_move_stage(self.stage_new.id, {'stage_id': value}))

    def test_action_create_in_stage(self):
        self._attack_with_all_shapes(lambda value: self.leads.action_create_in_stage(self._new_values(stage_id=value)))

    def test_odd_shapes_of_the_other_values_that_decide(self):
        """A conversion and a restore are entries, however type and activity are said."""
        self.lead.write({'type': 'lead'})
        self.lead.write({'stage_id': self.stage_qualified.id})
        archived = self._create_opportunity("Archived", active=False)
        archived.write({'stage_id': self.stage_qualified.id})
        for values in ({'type': 'opportunity'}, {'type': 'opportunity', 'stage_id': str(self.stage_qualified.id)}):
            with self.subTest(values=values), self._undone():
                self.assertNothingPast(self._request(lambda values=values: self._as_salesman().write(values)))
        for active in (True, 1, 'True', 1.0, 'yes'):
            with self.subTest(active=active), self._undone():
                self.assertNothingPast(self._request(lambda active=active: self._as_salesman(archived).write({'active': active})))

    def test_move_and_empty_at_once(self):
        """What is needed to enter is not what the same write takes away in disguise."""
        self.lead.referred = "An"
        for value in (False, None, *WHITE_SPACE):
            with self.subTest(value=value), self._undone():
                error = self._request(lambda value=value: self._as_salesman().write(
                    {'stage_id': self.stage_qualified.id, 'referred': value}))
                self.assertIsInstance(error, StageRequirementError)
                self.assertEqual(self.lead.stage_id, self.stage_new)


@tagged('post_install', '-at_install')
class TestArgumentsOfPublicMethods(AttackCommon):
    """Rubbish gets a sentence that a person can read: no crash, and never "complete"."""

    def _get_rubbish(self):
        stage_id = self.stage_qualified.id
        return (
            "abc", "", " ", None, False, 0, -1, -stage_id, 2 ** 31 + 5, 2 ** 70, 999999999, math.nan, math.inf, 1.5, True,
            [], {}, {'id': stage_id}, [stage_id], (stage_id,), [[stage_id]], "1; DROP TABLE crm_lead", object(),
        )

    def _attack(self, method):
        for value in self._get_rubbish():
            with self.subTest(method=method, value=value), self._undone(), mute_logger('odoo.sql_db'):
                answers = []
                error = self._request(lambda value=value, answers=answers: answers.append(self._call(method, value)))
                if error or not isinstance(answers[0], dict):
                    self.assertIsInstance(error, UserError, f"{type(error).__name__}: {error}")
                else:  # it was understood, so it answers the question
                    self.assertEqual([lead['id'] for lead in answers[0]['leads']], self.lead.ids)
                self.assertNothingPast(error)
                self.assertEqual(self.lead.stage_id, self.stage_new)

    def _get_methods(self):
        """Return the names of all our public methods that begin with a stage."""
        leads = self.env['crm.lead']
        return {
            name for cls in type(leads).mro() if cls.__module__.startswith('odoo.addons.winerp_')
            for name, member in vars(cls).items()
            if not name.startswith('_') and inspect.isfunction(member) and not hasattr(member, '_api_private')
            and list(inspect.signature(member).parameters)[1:2] == ['stage_id']
        }

    def _call(self, method, stage_id):
        function = getattr(self._as_salesman(), method)
        others = {'values': {}, 'reason': "Because"}
        return function(stage_id, **{name: others[name] for name in others if name in inspect.signature(function).parameters})

    def test_rubbish(self):
        methods = self._get_methods()
        self.assertLessEqual({'action_move_stage', 'get_stage_move_requirements'}, methods)
        for method in methods:
            self._attack(method)

    def test_a_stage_that_was_deleted(self):
        stage = self.env['crm.stage'].create({'name': "Gone"})
        stage_id = stage.id
        stage.unlink()
        for method in self._get_methods():
            with self.subTest(method=method):
                self.assertIsInstance(self._request(lambda method=method: self._call(method, stage_id)), UserError)

    def test_values_that_are_no_values(self):
        for values in ("abc", [1], 5, {'no_such_field': 1}, {1: 2}, [['phone', 'x']], True):
            with self.subTest(values=values), self._undone():
                error = self._request(
                    lambda values=values: self._as_salesman().action_move_stage(self.stage_qualified.id, values))
                self.assertTrue(error)
                self.assertNothingPast(error)


@tagged('post_install', '-at_install')
class TestClearingInDisguise(AttackCommon):
    """A value that the stage requires is cleared by whatever is stored as nothing."""

    # For each field: the value before, what is stored as nothing or as no value at all, and when it is still filled, in SQL.
    CASES = {
        'expected_revenue': (
            500, [False, None, 0, '0', ' 0 ', 0.0, -0.0, '0.0', 0.001, '0.001', -0.004, 1e-12, '', 'abc', [1], [], {}],
            "expected_revenue <> 0"),
        'referred': ("An", [False, None, *WHITE_SPACE], r"referred ~ '[[:alnum:]]'"),
        'description': ("<p>Zalo</p>", [False, None, *EMPTY_HTML], r"regexp_replace(description, '<[^>]*>|&\w+;', '', 'g') ~ '\w'"),
        'partner_id': ('partner', [False, None, 0, 0.0, '', '0', 'abc', [1], [], (), {}, [[6, 0, []]]], "partner_id IS NOT NULL"),
        'priority': ('2', [False, None, '0', 0, '', 'abc', [1]], "priority IN ('1', '2', '3')"),
        'date_deadline': ('2030-01-31', [False, None, '', 0, 'abc', [1], ' '], "date_deadline IS NOT NULL"),
        'tag_ids': (
            'tags',
            [False, None, [], [(5,)], [[5, 0, 0]], [[6, 0, []]], [Command.clear()], [(6, False, [])], 'unlink', 'abc', [1], {}],
            "EXISTS (SELECT FROM crm_tag_rel WHERE lead_id = crm_lead.id)"),
    }

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.asked.unlink()
        special = {'partner': cls.partner.id, 'tags': [Command.set(cls.tag.ids)]}
        cls.lead.write({
            name: special.get(before, before) if isinstance(before, str) else before
            for name, (before, _values, _filled) in cls.CASES.items()})
        for name in cls.CASES:
            cls._require(cls.stage_qualified, name)
        cls.lead.write({'stage_id': cls.stage_qualified.id})
        cls.env.flush_all()

    def _attack(self, call):
        for name, (_before, values, filled) in self.CASES.items():
            for value in values:
                if value == 'unlink':
                    value = [Command.unlink(self.tag.id)]
                with self.subTest(field=name, value=value), self._undone(), mute_logger('odoo.sql_db'):
                    error = self._request(lambda name=name, value=value: call(self._as_salesman(), {name: value}))
                    [(is_filled,)] = self._select(f"SELECT {filled} FROM crm_lead WHERE id = %s", self.lead.id)
                    self.assertTrue(is_filled, f"cleared ({error})")

    def test_write(self):
        self._attack(lambda lead, values: lead.write(values))

    def test_web_save(self):
        self._attack(lambda lead, values: lead.web_save(values, {}))

    def test_mass_edit(self):
        self._attack(lambda lead, values: lead.web_save_multi([values], {}))

    def test_move_to_where_it_is(self):
        self._attack(lambda lead, values: lead.action_move_stage(self.stage_qualified.id, values))

    def test_with_others_that_are_filled(self):
        """What else is in the write does not distract."""
        self._attack(lambda lead, values: lead.write({'name': "Renamed", 'phone': "0912 345 678", 'color': 3, **values}))

    def test_by_assignment(self):
        def assign(lead, values):
            [(name, value)] = values.items()
            lead[name] = value
        self._attack(assign)

    def test_import_over_it(self):
        external_id = self.lead.export_data(['id'])['datas'][0][0]
        for name, value in (
                ('expected_revenue', '0'), ('expected_revenue', '0.001'), ('referred', " "), ('description', "<p> </p>")):
            with self.subTest(field=name, value=value), self._undone():
                self.env['crm.lead'].with_user(self.user_sales_manager).load(['id', name], [[external_id, value]])
                filled = self.CASES[name][2]
                [(is_filled,)] = self._select(f"SELECT {filled} FROM crm_lead WHERE id = %s", self.lead.id)
                self.assertTrue(is_filled)

    def test_revenue_that_is_no_number(self):
        for value in (math.nan, math.inf, -math.inf, 'nan', 'inf'):
            with self.subTest(value=value), self._undone(), mute_logger('odoo.sql_db'):
                error = self._request(lambda value=value: self._as_salesman().write({'expected_revenue': value}))
                self.assertTrue(error)
                self.assertEqual(self._select("SELECT expected_revenue FROM crm_lead WHERE id = %s", self.lead.id), [(500,)])

    def test_lines_taken_off_from_their_own_side(self):
        """What is no write of the opportunity is not refused, and shows up at once."""
        self.tag.with_user(self.user_sales_manager).unlink()
        worklist = self.env['crm.lead'].search([('missing_requirement_ids', '!=', False)])
        self.assertIn(self.lead, worklist)


@tagged('post_install', '-at_install')
class TestFilledIsOneThing(AttackCommon):
    """The gate, what is read and what is searched have one idea of what is filled."""

    def _compare(self, field_name, value):
        lead = self._create_opportunity("Compared")
        lead.write({field_name: value})
        missing_there = bool(lead._get_missing_requirements(self.stage_qualified).get(lead))
        refused = isinstance(self._request(lambda: lead.write({'stage_id': self.stage_qualified.id})), StageRequirementError)
        self.env.flush_all()
        self.env.cr.execute("UPDATE crm_lead SET stage_id = %s WHERE id = %s", [self.stage_qualified.id, lead.id])
        self.env.invalidate_all()
        read = bool(lead.missing_requirement_ids)
        found = bool(lead.search_count([('id', '=', lead.id), ('missing_requirement_ids', '!=', False)]))
        self.assertEqual(len({missing_there, refused, read, found}), 1, (missing_there, refused, read, found))
        return refused

    def test_text(self):
        for value in (*WHITE_SPACE, "\u200b", "\ufeff", "\u180e", "a", ".", "0", "\x1cA\x85"):
            with self.subTest(value=value), self._undone():
                refused = self._compare('referred', value)
                if not value.strip():
                    self.assertTrue(refused)
                elif value.strip().isprintable():
                    self.assertFalse(refused)

    def test_html(self):
        self._require(self.stage_qualified, 'description')
        self.asked.unlink()
        for value in (*EMPTY_HTML, "<p>a</p>", "<img src='a.png'>", "<p>0</p>", "<hr>", "<a href='#'></a>", "&lt;p&gt;",
                      "<table></table>", "<P><BR/></P>", "<p>\u200b</p>", "<p>\x85</p>", "<p>&#8203;</p>"):
            with self.subTest(value=value), self._undone():
                self._compare('description', value)
