"""A refused write leaves nothing behind, also where the caller catches the refusal and goes on."""
from gate_attackers import AttackCommon, quietly

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.winerp_crm_pipeline.exceptions import StageRequirementError


class CaughtCommon(AttackCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for name in ('expected_revenue', 'description', 'tag_ids'):
            cls._require(cls.stage_qualified, name)
        # A merge that hands over to another team leaves the first team's stage for one that asks for something.
        cls.stage_new.team_ids = cls.sales_team_1
        cls._require(cls.stage_gen_1, 'website', scope='stage')
        cls.full = {'referred': "An", 'expected_revenue': 500, 'description': "<p>Zalo</p>", 'tag_ids': [Command.set(cls.tag.ids)]}
        cls.inside = cls._create_opportunity("Inside", stage_id=cls.stage_qualified.id, **cls.full)
        cls.ahead = cls._create_opportunity("Ahead", type='lead')
        cls.ahead.write({'stage_id': cls.stage_qualified.id})
        cls.archived = cls._create_opportunity("Archived", active=False)
        cls.archived.write({'stage_id': cls.stage_qualified.id})
        cls.lost = cls._create_opportunity("Lost")
        cls.lost.action_set_lost()
        cls.lost.write({'stage_id': cls.stage_qualified.id})
        cls.env['ir.model.data'].create({
            'module': '__attack__', 'name': 'inside', 'model': 'crm.lead', 'res_id': cls.inside.id})
        cls.env.cr.flush()
        cls.env.invalidate_all()

    def _get_attacks(self):
        """Return what the gate refuses, each as a call on opportunities."""
        def as_user(lead):
            return lead.with_user(self.user_sales_manager)

        stage_id = self.stage_qualified.id
        return {
            'a move': lambda: as_user(self.lead).write({'stage_id': stage_id, 'phone': "0912 345 678", 'color': 5}),
            'a move of several': lambda: as_user(self.lead + self.ahead + self.inside).write(
                {'stage_id': self.stage_negotiation.id, 'type': 'opportunity', 'expected_revenue': 7}),
            'a move to won': lambda: as_user(self.lead).write({'stage_id': self.stage_won.id}),
            'the Won button': as_user(self.lead).action_set_won,
            'the Won button with its rainbow': as_user(self.lead).action_set_won_rainbowman,
            'revenue cleared': lambda: as_user(self.inside).write({'expected_revenue': 0, 'phone': "0912"}),
            'notes cleared': lambda: as_user(self.inside).write({'description': "<p><br></p>"}),
            'tags cleared': lambda: as_user(self.inside).write({'tag_ids': [Command.clear()]}),
            'all cleared': lambda: as_user(self.inside).write(
                {'expected_revenue': '0', 'tag_ids': [Command.unlink(self.tag.id)], 'description': False, 'name': "Renamed"}),
            'a new tag in a refused write': lambda: as_user(self.lead).write(
                {'stage_id': stage_id, 'tag_ids': [Command.create({'name': "New with it"})]}),
            'created in the stage': lambda: as_user(self.lead).create(self._new_values(stage_id=stage_id)),
            'created, the second of three': lambda: as_user(self.lead).create([
                self._new_values(stage_id=stage_id, **self.full), self._new_values(stage_id=stage_id),
                self._new_values(stage_id=self.stage_new.id)]),
            'duplicated into the stage': lambda: as_user(self.lead).copy({'stage_id': stage_id}),
            'moved by the method': lambda: as_user(self.lead).action_move_stage(stage_id, {'phone': "0912", 'referred': "An"}),
            'created by the method': lambda: as_user(self.lead).action_create_in_stage(self._new_values(stage_id=stage_id)),
            'converted': lambda: as_user(self.ahead).convert_opportunity(self.partner),
            'converted by its type': lambda: as_user(self.ahead).write({'type': 'opportunity'}),
            'merged': lambda: as_user(self.lead + self.ahead).merge_opportunity(team_id=self.team_elsewhere.id),
            'unarchived': as_user(self.archived).action_unarchive,
            'unarchived by a write': lambda: as_user(self.archived).write({'active': True}),
            'restored': as_user(self.lost).action_unarchive,
            'saved by the web client': lambda: as_user(self.lead).web_save({'stage_id': stage_id, 'phone': "0912"}, {}),
            'created by the web client': lambda: as_user(self.lead.browse()).web_save(self._new_values(stage_id=stage_id), {}),
            'edited in a list': lambda: as_user(self.lead + self.inside).web_save_multi(
                [{'phone': "0912", 'stage_id': stage_id}, {'phone': "0912", 'expected_revenue': 0}], {}),
            'a list of which the first is fine': lambda: as_user(self.inside + self.lead).web_save_multi(
                [{'expected_revenue': 900}, {'stage_id': stage_id}], {}),
            'an assignment': lambda: setattr(as_user(self.lead), 'stage_id', self.stage_qualified),
        }

@tagged('post_install', '-at_install')
class TestCaughtRefusal(CaughtCommon):

    def test_nothing_stays_in_the_database_nor_in_memory(self):
        leads = self.lead + self.inside + self.ahead + self.archived + self.lost
        for name, attack in self._get_attacks().items():
            with self.subTest(attack=name), self._undone():
                before, cached = self._get_picture(), self._read_cached(leads)
                error = quietly(attack)
                self.assertEqual(self._read_cached(leads), cached, "in memory")
                self.assertUnchanged(before)
                self.assertEqual(self._read_cached(leads), cached, "in memory, after writing")
                self.assertIsInstance(error, StageRequirementError)

    def test_again_and_again_in_one_transaction(self):
        leads = self.lead + self.inside + self.ahead + self.archived + self.lost
        before, cached = self._get_picture(), self._read_cached(leads)
        for _time in range(2):
            for attack in self._get_attacks().values():
                quietly(attack)
        self.assertUnchanged(before)
        self.assertEqual(self._read_cached(leads), cached)

    def test_import(self):
        before = self._get_picture()
        leads = self.lead.with_user(self.user_sales_manager)
        stage = str(self.stage_qualified.id)
        quietly(leads.load, ['name', 'type', 'stage_id/.id'], [["A", 'opportunity', stage], ["B", 'opportunity', stage]])
        quietly(leads.load, ['id', 'expected_revenue'], [['__attack__.inside', '0']])
        self.assertUnchanged(before)

    def test_in_a_server_action(self):
        """As an administrator writes it, to go on with the next one."""
        codes = {
            'write': "record.write({'stage_id': %(stage)s, 'phone': '0912'})",
            'cleared': "env['crm.lead'].browse(%(inside)s).write({'expected_revenue': 0, 'description': False})",
            'tags': "env['crm.lead'].browse(%(inside)s).write({'tag_ids': [(5,)]})",
            'created': "env['crm.lead'].create({'name': 'Attack', 'type': 'opportunity', 'stage_id': %(stage)s})",
            'won': "record.action_set_won()",
            'moved': "record.action_move_stage(%(stage)s, {'phone': '0912'})",
            'converted': "env['crm.lead'].browse(%(ahead)s).convert_opportunity(False)",
            'restored': "env['crm.lead'].browse(%(archived)s).action_unarchive()",
            'web_save': "record.web_save({'stage_id': %(stage)s, 'phone': '0912'}, {})",
            'copied': "record.copy({'stage_id': %(stage)s})",
        }
        ids = {'stage': self.stage_qualified.id, 'inside': self.inside.id, 'ahead': self.ahead.id, 'archived': self.archived.id}
        for name, code in codes.items():
            action = self.env['ir.actions.server'].create({
                'name': name, 'model_id': self.env['ir.model']._get('crm.lead').id, 'state': 'code',
                'code': f"try:\n    {code % ids}\nexcept Exception:\n    pass",
            })
            for user in (self.user_sales_salesman, self.user_sales_manager):
                with self.subTest(action=name, user=user.login), self._undone():
                    before = self._get_picture()
                    action.with_user(user).with_context(
                        active_model='crm.lead', active_id=self.lead.id, active_ids=self.lead.ids).run()
                    self.assertUnchanged(before)

    def test_what_was_written_before_stays(self):
        """In memory only, at that moment."""
        lead = self._as_salesman()
        for name, attack in self._get_attacks().items():
            with self.subTest(attack=name), self._undone():
                lead.write({'contact_name': "Nguyễn Văn An", 'expected_revenue': 123})
                other = lead.create(self._new_values(name="Kept", stage_id=self.stage_new.id))
                quietly(attack)
                self.assertEqual((lead.contact_name, lead.expected_revenue), ("Nguyễn Văn An", 123))
                self.assertEqual(
                    self._select("SELECT contact_name, expected_revenue FROM crm_lead WHERE id = %s", lead.id),
                    [("Nguyễn Văn An", 123)])
                self.assertEqual(self._select("SELECT name FROM crm_lead WHERE id = %s", other.id), [("Kept",)])

    def test_what_comes_afterwards_works(self):
        lead = self._as_salesman()
        quietly(lead.write, {'stage_id': self.stage_qualified.id})
        lead.write({'stage_id': self.stage_qualified.id, **self.full})
        self.assertEqual(self._select("SELECT stage_id FROM crm_lead WHERE id = %s", lead.id), [(self.stage_qualified.id,)])

    def test_in_a_savepoint_of_the_caller(self):
        before = self._get_picture()
        for attack in self._get_attacks().values():
            with self.env.cr.savepoint():
                quietly(attack)
        self.assertUnchanged(before)


@tagged('post_install', '-at_install')
class TestChatterAfterACaughtRefusal(CaughtCommon):
    """What is told at the end of a transaction is what happened in it: no more, no less."""

    def _get_tracked(self, lead):
        """Return ``{field: (old, new)}`` of what was tracked since the test began, and the texts posted with it."""
        self.env.flush_all()
        self.env.cr.flush()
        messages = lead.sudo().message_ids - self.messages_before
        values = messages.tracking_value_ids
        return (
            {value.field_id.name: (value.old_value_char or value.old_value_float, value.new_value_char or value.new_value_float)
             for value in values},
            " ".join(message.body or "" for message in messages))

    def setUp(self):
        super().setUp()
        self.env.cr.flush()
        self.messages_before = (self.lead + self.inside).message_ids

    def _refuse(self):
        self.assertIsInstance(
            quietly(self._as_salesman().write, {'stage_id': self.stage_qualified.id, 'phone': "0999"}), StageRequirementError)

    def test_an_earlier_change_is_told(self):
        self._as_salesman().write({'email_from': 'new@sao-viet.example'})
        self._refuse()
        tracked, _text = self._get_tracked(self.lead)
        self.assertEqual(set(tracked), {'email_from'})

    def test_a_later_change_is_told(self):
        self._refuse()
        self._as_salesman().write({'expected_revenue': 900})
        tracked, _text = self._get_tracked(self.lead)
        self.assertEqual(tracked, {'expected_revenue': (0, 900)})

    def test_changes_before_and_after_are_told_as_one(self):
        lead = self._as_salesman()
        lead.write({'expected_revenue': 100})
        self._refuse()
        lead.write({'expected_revenue': 200, 'email_from': 'new@sao-viet.example'})
        tracked, _text = self._get_tracked(self.lead)
        self.assertEqual(set(tracked), {'expected_revenue', 'email_from'})
        self.assertEqual(tracked['expected_revenue'], (0, 200))

    def test_a_reason_set_before_is_told(self):
        lead = self._as_salesman()
        lead._track_set_log_message("Because the customer wrote")
        lead.write({'email_from': 'new@sao-viet.example'})
        self._refuse()
        _tracked, text = self._get_tracked(self.lead)
        self.assertIn("Because the customer wrote", text)

    def test_of_others_too(self):
        self.inside.write({'expected_revenue': 600})
        self._refuse()
        tracked, _text = self._get_tracked(self.inside)
        self.assertEqual(tracked, {'expected_revenue': (500, 600)})

    def test_what_others_wait_for_still_happens(self):
        """Whatever was to be done at the end of the transaction, by any module, is done; what a refused write added is not."""
        done = []
        self.env.cr.precommit.add(lambda: done.append('before'))
        self._refuse()
        self.env.cr.precommit.add(lambda: done.append('after'))
        self.env.cr.flush()
        self.assertEqual(done, ['before', 'after'])

    def test_what_is_done_after_the_commit_too(self):
        waiting = len(self.env.cr.postcommit._funcs)
        self.env.cr.postcommit.add(lambda: None)
        self._refuse()
        self.assertEqual(len(self.env.cr.postcommit._funcs), waiting + 1)
        self.env.cr.postcommit.clear()
