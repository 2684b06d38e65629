"""The gate against a small independent model of what it should do, on random rules and operations."""
from dataclasses import dataclass, field, replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.fields import Command
from odoo.tests import TransactionCase, tagged
from odoo.tools import SQL

from odoo.addons.mail.tests.common import mail_new_test_user
from odoo.addons.winerp_crm_pipeline.exceptions import StageRequirementError

STAGES = 5  # the last one is won; the second belongs to the first team only
TEAM_STAGE = 1
WON = STAGES - 1

# Values to try; the first is empty, the last filled. What "filled" means is written here anew.
FIELDS = {
    'expected_revenue': [0, 50, 500],
    'referred': ["", "   ", "An"],  # not the phone: Odoo shares it with the customer, and so with other deals
    'description': ["", "<p><br></p>", "<p>Zalo</p>"],
    'priority': ['0', '1', '3'],
    'date_deadline': [False, '2030-01-31'],
    'partner_id': [False, 'plain', 'taxed'],
    'tag_ids': [False, True],
}
NOT_FILLED = {False, "", "   ", "<p><br></p>", '0'}  # False is 0, too
# How else a value may be said, by programs and by hand: it is stored as the one on the left.
SPELLINGS = {
    ('expected_revenue', 0): [False, None, '0', '0.00', 0.001, -0.004],
    ('expected_revenue', 50): ['50', 50.0, 50.001],
    ('expected_revenue', 500): ['500', 499.999],
    ('referred', ""): [False, None, "\u3000", "\x1c\x85\xa0"],
    ('description', ""): [False, None, "<script>alert(1)</script>", "<style>p {}</style>", "<p>&nbsp;</p>"],
    ('priority', '0'): [False, None],
    ('date_deadline', False): [None, ''],
    ('partner_id', False): [None, 0, ''],
    ('tag_ids', False): [[(5,)], [[6, 0, []]], False],
}
STAGE_SPELLINGS = [int, str, float]
DOMAINS = {
    "[('expected_revenue', '>=', 100)]": lambda values: values['expected_revenue'] >= 100,
    "[('partner_id.vat', '!=', False)]": lambda values: values['partner_id'] == 'taxed',
    "['|', ('date_deadline', '!=', False), ('tag_ids', '!=', False)]":
        lambda values: bool(values['date_deadline'] or values['tag_ids']),
}
CONDITIONS = {
    "[('priority', '=', '3')]": lambda values: values['priority'] == '3',
    "[('expected_revenue', '<', 100)]": lambda values: values['expected_revenue'] < 100,
}


@dataclass(frozen=True)
class Rule:
    stage: int
    looks_at: str
    condition: str | None
    team: int | None
    level: str
    scope: str

    def is_met(self, values):
        if self.looks_at in DOMAINS:
            return DOMAINS[self.looks_at](values)
        return values[self.looks_at] not in NOT_FILLED

    def applies(self, deal):
        if self.condition and not CONDITIONS[self.condition](deal.values):
            return False
        if self.team is not None and self.team != deal.team:
            return False
        if deal.stage == self.stage:
            return True
        is_passed = self.stage != TEAM_STAGE or deal.team == 0
        return self.scope == 'onward' and deal.stage > self.stage and is_passed


@dataclass(frozen=True)
class Deal:
    stage: int
    team: int
    kind: str = 'opportunity'
    active: bool = True
    values: dict = field(default_factory=dict)

    @property
    def position(self):
        return self.stage if self.kind == 'opportunity' and self.active else None

    def with_values(self, stage=None, team=None, **values):
        """The deal after a write: a team whose pipeline lacks the stage takes it to its first stage."""
        deal = replace(self, values={**self.values, **values})
        if team is not None:
            deal = replace(deal, team=team)
            if stage is None and deal.stage == TEAM_STAGE and team != 0:
                deal = replace(deal, stage=0)
        if stage is not None:
            deal = replace(deal, stage=stage, active=deal.active or stage == WON)
        return deal

    def converted(self):
        """The deal after a conversion, which core leaves out for what is archived or won, and which looks at the stage anew."""
        if not self.active or self.stage == WON:
            return self
        return replace(self.with_values(team=self.team), kind='opportunity')


def is_refused(rules, before, after):
    """Whether a change of a deal may not be; ``before`` is ``None`` for a new one."""
    if after.position is None:
        return False
    unmet = [rule for rule in rules if rule.level == 'block' and rule.applies(after) and not rule.is_met(after.values)]
    if before is None or before.position != after.position:
        return bool(unmet)
    return any(rule.is_met(before.values) for rule in unmet)


rule_strategy = st.builds(
    Rule,
    stage=st.integers(0, STAGES - 1),
    looks_at=st.sampled_from([*FIELDS, *DOMAINS]),
    condition=st.sampled_from([None, None, None, *CONDITIONS]),
    team=st.sampled_from([None, None, 0, 1]),
    level=st.sampled_from(['block', 'block', 'block', 'warn']),
    scope=st.sampled_from(['onward', 'stage']),
)
rules_strategy = st.lists(rule_strategy, max_size=4)
values_strategy = st.fixed_dictionaries({}, optional={name: st.sampled_from(values) for name, values in FIELDS.items()})
# Mostly filled, so that rules are met and there is something to clear.
filled_strategy = st.fixed_dictionaries({
    name: st.sampled_from([values[-1], values[-1], values[-1], *values]) for name, values in FIELDS.items()})
cleared_strategy = st.sampled_from(list(FIELDS)).map(lambda name: {name: FIELDS[name][0]})
operation_strategy = st.one_of(
    st.tuples(st.just('write'), cleared_strategy),
    st.tuples(st.just('write'), values_strategy),
    st.tuples(st.just('move'), st.integers(0, STAGES - 1), cleared_strategy),
    st.tuples(st.just('move'), st.integers(0, STAGES - 1), values_strategy),
    st.tuples(st.just('move'), st.integers(0, STAGES - 1), st.just({})),
    st.tuples(st.just('each'), st.lists(st.one_of(values_strategy, cleared_strategy), min_size=3, max_size=3)),
    st.tuples(st.just('team'), st.integers(0, 1)),
    st.tuples(st.sampled_from(['won', 'lost', 'restore', 'archive', 'convert', 'create', 'override'])),
)
rule_change_strategy = st.one_of(
    st.tuples(st.just('add'), rule_strategy),
    st.tuples(st.sampled_from(['delete', 'archive', 'block', 'warn']), st.integers(0, 7)),
    st.tuples(st.just('condition'), st.integers(0, 7), st.sampled_from([None, *CONDITIONS])),
)
# How the caller goes on: as a request that ends with its first error, as code that catches a refusal and goes on, or
# within a savepoint that is rolled back whatever happened.
MANNERS = ['request', 'request', 'catching', 'catching', 'taken back']
step_strategy = st.one_of(
    *[st.tuples(operation_strategy, st.sets(st.integers(0, 2), min_size=1), st.sampled_from(MANNERS), st.integers(0, 11))] * 4,
    st.tuples(rule_change_strategy, st.none(), st.sampled_from(['request', 'taken back']), st.none()),
)


@tagged('post_install', '-at_install')
class TestGateProperty(TransactionCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env['crm.stage.requirement'].search([]).action_archive()
        cls.env['crm.stage'].search([]).fold = True  # so that a team's first stage is one of these
        cls.stages = cls.env['crm.stage'].create([
            {'name': f"Stage {number}", 'sequence': 1000 + number, 'is_won': number == WON} for number in range(STAGES)
        ])
        cls.teams = cls.env['crm.team'].create([{'name': "Team 0"}, {'name': "Team 1"}])
        cls.stages[TEAM_STAGE].team_ids = cls.teams[0]
        cls.partners = {
            'plain': cls.env['res.partner'].create({'name': "Plain"}).id,
            'taxed': cls.env['res.partner'].create({'name': "Taxed", 'vat': 'BE0477472701'}).id,
            False: False,
        }
        cls.tag = cls.env['crm.tag'].create({'name': "A tag"})
        cls.user = mail_new_test_user(cls.env, 'gate_user', groups='sales_team.group_sale_manager')
        cls.env.flush_all()

    @settings(max_examples=200, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(
        rules=rules_strategy,
        late_rules=rules_strategy,
        deals=st.lists(
            st.tuples(st.integers(0, STAGES - 1), st.integers(0, 1), st.booleans(), filled_strategy), min_size=1, max_size=3),
        steps=st.lists(step_strategy, min_size=2, max_size=8),
    )
    def test_against_the_model(self, rules, late_rules, deals, steps):
        savepoint = self.env.cr.savepoint()
        try:
            self._run_example(rules, late_rules, deals, steps)
        finally:
            savepoint.rollback()
            savepoint.close()
            self.env.registry.clear_cache()

    def _run_example(self, rules, late_rules, deals, steps):
        self.rules, self.requirements = [], self.env['crm.stage.requirement']
        self.manner, self.spelling = 'request', 0
        self._create_rules(late_rules)
        self.deals, self.leads = [], self.env['crm.lead'].with_user(self.user).with_context(tracking_disable=True)
        for stage, team, is_lead, values in deals:
            self._create(stage, team, 'lead' if is_lead else 'opportunity', values)
        # Rules that come after the opportunities: what they lack is an old gap.
        self._create_rules(rules)
        for operation, numbers, self.manner, spelling in steps:
            if numbers is None:
                self._change_rules(*operation)
                self._compare()
                continue
            self.spelling = spelling
            chosen = [number for number in sorted(numbers) if number < len(self.deals)]
            if chosen:
                self._apply(operation, chosen)

    # Rules, which come and go

    def _create_rules(self, rules):
        self.requirements += self.requirements.create([self._get_requirement_values(rule) for rule in rules])
        self.rules = [*self.rules, *rules]

    def _get_requirement_values(self, rule):
        return {
            'stage_id': self.stages[rule.stage].id, 'level': rule.level, 'scope': rule.scope, 'condition': rule.condition,
            'team_ids': [] if rule.team is None else self.teams[rule.team].ids,
            **(
                {'kind': 'domain', 'domain': rule.looks_at, 'name': "Condition"} if rule.looks_at in DOMAINS
                else {'field_id': self.env['ir.model.fields']._get('crm.lead', rule.looks_at).id}
            ),
        }

    def _change_rules(self, change, *arguments):
        before = self.rules, self.requirements
        savepoint = self.env.cr.savepoint()
        if change == 'add':
            self._create_rules(arguments)
        elif self.rules:
            number = arguments[0] % len(self.rules)
            method = self._remove_rule if change in ('delete', 'archive') else self._replace_rule
            method(change, number, *arguments[1:])
        if self.manner == 'taken back':
            self._compare()  # it holds within, and whatever is kept of it must go
            savepoint.close(rollback=True)
            self.rules, self.requirements = before
        else:
            savepoint.close(rollback=False)

    def _replace_rule(self, change, number, condition=None):
        values = {'condition': condition} if change == 'condition' else {'level': change}
        self.requirements[number].write(values)
        self.rules = [replace(rule, **values) if rule_number == number else rule for rule_number, rule in enumerate(self.rules)]

    def _remove_rule(self, change, number):
        requirement = self.requirements[number]
        self.requirements -= requirement
        self.rules = self.rules[:number] + self.rules[number + 1:]
        if change == 'delete':
            requirement.unlink()
        else:
            requirement.active = False

    # Opportunities

    def _to_odoo(self, values):
        """Return values as Odoo takes them, said in one of the ways in which they can be said."""
        return {name: self._spell(name, value) for name, value in values.items()}

    def _spell(self, name, value):
        spellings = SPELLINGS.get((name, value), []) if self.spelling else []
        if spellings:
            return spellings[self.spelling % len(spellings)]
        if name == 'partner_id':
            return self.partners[value]
        if name == 'tag_ids':
            return [Command.set(self.tag.ids if value else [])]
        return value

    def _create(self, stage, team, kind, values):
        empty = {name: choices[0] for name, choices in FIELDS.items()}
        deal = Deal(stage, team, kind, values={**empty, **values})
        created = []

        def create():
            created.append(self.leads.create({
                'name': "Deal", 'type': kind, 'team_id': self.teams[team].id, 'user_id': False, **self._to_odoo(deal.values),
                'stage_id': STAGE_SPELLINGS[self.spelling % len(STAGE_SPELLINGS)](self.stages[stage].id),
            }))

        if self._attempt(create, is_refused(self.rules, None, deal), (deal,)):
            self.leads += created[0]
            self.deals.append(deal)

    def _attempt(self, function, refused, situation):
        """Run a function that should be refused or not.

        :return: whether it was carried out for good
        """
        situation = (self.manner, self.spelling, self.rules, situation)
        before = self._get_picture()
        savepoint = None if self.manner == 'catching' else self.env.cr.savepoint()
        try:
            function()
            self.env.flush_all()
            carried_out = True
        except StageRequirementError as error:
            self.assertTrue(refused, f"refused without reason: {error}\n{situation}")
            carried_out = False
        else:
            self.assertFalse(refused, f"let through\n{situation}")
        undone = self.manner == 'taken back'
        if savepoint:
            savepoint.close(rollback=undone or not carried_out)
        if undone or not carried_out:
            self.assertEqual(self._get_picture(), before, situation)
        return carried_out and not undone

    def _get_picture(self):
        """Return what this transaction believes of the opportunities, and what the database has."""
        believed = [
            (lead.stage_id, lead.team_id, lead.type, lead.active, lead.probability, *(lead[name] for name in FIELDS))
            for lead in self.leads]
        self.env.flush_all()
        stored = self.env.execute_query(SQL("SELECT id, to_jsonb(l) - 'write_date' FROM crm_lead l ORDER BY id"))
        tags = self.env.execute_query(SQL("SELECT lead_id, tag_id FROM crm_tag_rel ORDER BY 1, 2"))
        return believed, stored, tags

    def _apply(self, operation, chosen):
        name, *arguments = operation
        if name == 'create':
            deal = self.deals[chosen[0]]
            self._create(deal.stage, deal.team, 'opportunity', deal.values)
            self._compare()
            return
        leads = self.leads.browse(self.leads[number].id for number in chosen)
        before = [self.deals[number] for number in chosen]
        steps, call = self._plan(name, arguments, before, leads)
        refused = name != 'override' and any(
            is_refused(self.rules, *pair) for history in steps for pair in zip(history, history[1:], strict=False))
        if self._attempt(call, refused, (operation, before)):
            for number, history in zip(chosen, steps, strict=True):
                self.deals[number] = history[-1]
        self._compare()

    def _plan(self, name, arguments, before, leads):
        """Return the states that each deal goes through, and the call that takes it there."""
        if name == 'write':
            return [[deal, deal.with_values(**arguments[0])] for deal in before], lambda: leads.write(self._to_odoo(arguments[0]))
        if name == 'each':
            values = arguments[0][:len(before)]
            return (
                [[deal, deal.with_values(**own)] for deal, own in zip(before, values, strict=True)],
                lambda: leads.web_save_multi([self._to_odoo(own) for own in values], {}),
            )
        if name in ('move', 'override'):
            stage, values = arguments or (WON - 1, {})
            reason = "Because" if name == 'override' else None
            return (
                [[deal, deal.with_values(stage=stage, **values)] for deal in before],
                lambda: leads.action_move_stage(self.stages[stage].id, self._to_odoo(values), override_reason=reason),
            )
        if name == 'team':
            return (
                [[deal, deal.with_values(team=arguments[0])] for deal in before],
                lambda: leads.write({'team_id': self.teams[arguments[0]].id}),
            )
        if name == 'convert':
            return (
                [[deal, deal.converted()] for deal in before],
                lambda: leads.filtered(lambda lead: lead.won_status != 'won').convert_opportunity(False),
            )
        restored = [replace(deal, active=True) for deal in before]
        if name == 'won':
            return [[deal, up, up.with_values(stage=WON)] for deal, up in zip(before, restored, strict=True)], leads.action_set_won
        if name == 'restore':
            return [[deal, up] for deal, up in zip(before, restored, strict=True)], leads.action_unarchive
        function = leads.action_set_lost if name == 'lost' else leads.action_archive
        # Core refuses to lose what is in a won stage, so only archiving is tried there.
        if any(deal.stage == WON for deal in before):
            function = leads.action_archive
        return [[deal, replace(deal, active=False)] for deal in before], function

    def _compare(self):
        self.env.invalidate_all()
        for deal, lead in zip(self.deals, self.leads, strict=True):
            self.assertEqual(
                (lead.stage_id, lead.team_id, lead.type, lead.active),
                (self.stages[deal.stage], self.teams[deal.team], deal.kind, deal.active))
        # The worklist, searched in SQL, and what each opportunity lacks, read one by one, say the same.
        lacking = self.leads.with_context(active_test=False).search(
            [('id', 'in', self.leads.ids), ('missing_requirement_ids', '!=', False)])
        self.assertEqual(set(lacking.ids), set(self.leads.filtered('missing_requirement_ids').ids))
        for deal, lead in zip(self.deals, self.leads, strict=True):
            unmet = [
                rule for rule in self.rules
                if deal.kind == 'opportunity' and rule.applies(deal) and not rule.is_met(deal.values)
            ]
            self.assertEqual(len(lead.missing_requirement_ids), len(unmet), (deal, self.rules))
