"""Six months of the demo company's pipeline, generated: the same each time, relative to today."""
import random
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Command

from .lives import STAGES, decide, estimate, lead_to

DECIDED = 96
SOURCES = (
    'demo_utm_source_referral', 'demo_utm_source_zalo', 'demo_utm_source_search', 'demo_utm_source_fair', 'utm.utm_source_facebook')


class CrmLead(models.Model):
    _inherit = 'crm.lead'  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _create_demo_lives(self):
        """Create what was decided in six months, and the changes that Odoo would have tracked of all opportunities."""
        dice = random.Random(35)  # the same for everybody
        listed = self.with_context(active_test=False).search(
            [('company_id', '=', self._demo('demo_company').id), ('type', '=', 'opportunity')], order='id')
        deals = decide(dice, fields.Date.today(), DECIDED)
        decided = self._create_demo_opportunities(dice, listed, deals)
        lives = {lead: deal.changes for lead, deal in zip(decided, deals, strict=True)}
        stage_ids = self._get_demo_stages().ids
        for lead in listed:
            lives[lead] = lead_to(
                dice, stage_ids.index(lead.stage_id.id), lead.create_date, lead.date_last_stage_update,
                lead.date_closed if lead.won_status == 'lost' else None)
        messages = []
        for lead, changes in lives.items():
            messages += lead._prepare_demo_messages(estimate(dice, lead.expected_revenue, changes), changes)
        self.env['mail.message'].create(sorted(messages, key=lambda message: message['date']))

    @api.model
    def _demo(self, name):
        return self.env.ref(name if '.' in name else f'winerp_crm_pipeline.{name}')

    @api.model
    def _get_demo_stages(self):
        return self.env['crm.stage'].concat(*map(self._demo, STAGES)).with_context(lang='vi_VN')

    @api.model
    def _create_demo_opportunities(self, dice, listed, deals):
        customers = {
            team: leads.partner_id.filtered('phone') for team, leads in listed.grouped('team_id').items()}
        return self._load_records([
            {
                'xml_id': f'winerp_crm_pipeline.demo_lead_decided_{number}', 'noupdate': True,
                'values': self._prepare_demo_opportunity(
                    deal, dice.choice(customers[self._demo(f'demo_team_{deal.person.team}')]), dice.choice(SOURCES)),
            }
            for number, deal in enumerate(deals, 1)])

    @api.model
    def _prepare_demo_opportunity(self, deal, customer, source):
        moved, stage = deal.get_last('stage_id', 0)
        closed, status = deal.get_last('won_status')
        values = {
            'name': deal.goods.name % deal.quantity, 'type': 'opportunity', 'company_id': self._demo('demo_company').id,
            'team_id': self._demo(f'demo_team_{deal.person.team}').id, 'user_id': self._demo(f'demo_user_{deal.person.name}').id,
            'partner_id': customer.id, 'stage_id': self._demo(STAGES[stage]).id, 'priority': '1',
            'expected_revenue': deal.goods.price * deal.quantity, 'source_id': self._demo(source).id,
            'tag_ids': [Command.link(self._demo(f'demo_tag_{deal.goods.tag}').id)],
            'date_deadline': (closed + timedelta(days=5)).date(), 'create_date': deal.begun,
            'date_open': deal.begun + timedelta(hours=1), 'date_last_stage_update': moved, 'date_closed': closed,
        }
        if status == 'lost':
            values |= {
                'active': False, 'probability': 0, 'automated_probability': 0,
                'lost_reason_id': self._demo(f'demo_lost_reason_{deal.reason}').id,
            }
        return values

    def _prepare_demo_messages(self, revenue, changes):
        """Return the values of the messages that tell of the changes of an opportunity.

        :param revenue: what was expected of it at first
        """
        stages = self._get_demo_stages()
        labels = dict(self.with_context(lang='vi_VN').fields_get(['won_status'])['won_status']['selection'])
        before = {'stage_id': 0, 'won_status': 'pending', 'expected_revenue': revenue}
        messages = []
        for moment, values in changes:
            tracked = []
            for name, value in values.items():
                old, before[name] = before[name], value
                tracked.append(self._prepare_demo_tracking(name, moment, *(
                    (stages[value].id, stages[value].name) if name == 'stage_id' else (value, labels.get(value))
                    for value in (old, value))))
            messages.append({
                'model': self._name, 'res_id': self.id, 'message_type': 'notification', 'date': moment,
                'subtype_id': self._get_demo_subtype(values).id, 'author_id': self.user_id.partner_id.id,
                'tracking_value_ids': [Command.create(tracking) for tracking in tracked],
            })
        return messages

    @api.model
    def _get_demo_subtype(self, values):
        name = {'won': 'won', 'lost': 'lost', 'pending': 'restored'}.get(values.get('won_status'), 'stage')
        return self._demo(f'crm.mt_lead_{name}')

    @api.model
    def _prepare_demo_tracking(self, name, moment, old, new):
        """Return the values of a tracked change of a field, from a pair of what it was and how that reads to what it became."""
        values = {'field_id': self._demo(f'crm.field_crm_lead__{name}').id, 'create_date': moment}
        for prefix, (value, label) in (('old', old), ('new', new)):
            if name == 'expected_revenue':
                values[f'{prefix}_value_float'] = value
            else:
                values[f'{prefix}_value_char'] = label
            if name == 'stage_id':
                values[f'{prefix}_value_integer'] = value
        if name == 'expected_revenue':
            values['currency_id'] = self._demo('base.VND').id
        return values
