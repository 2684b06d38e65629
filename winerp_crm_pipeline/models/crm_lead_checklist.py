"""What the form and the cards show of requirements: met, missing, and what comes next."""
from collections import defaultdict

from odoo import api, fields, models

from .crm_stage_requirement import UNSUITABLE_FIELDS


class CrmLead(models.Model):
    _inherit = 'crm.lead'  # pylint: disable=consider-merging-classes-inherited

    stage_checklist = fields.Json(
        compute='_compute_stage_checklist',
        help="What the stage of the opportunity and the next one require, for the web client.")
    stage_chip = fields.Json(
        compute='_compute_stage_chip',
        help="How much the opportunity has of what the next stage requires, and what it lacks, for cards.")

    # Only what decides which requirements hold: the web client follows the values by itself,
    # or each edit of a field would cost a request.
    @api.depends_context('uid', 'lang')
    @api.depends('stage_id', 'team_id', 'company_id', 'type', 'active')
    def _compute_stage_checklist(self):
        rules = self._get_stage_rules()
        leads = self.filtered(lambda lead: lead.type == 'opportunity' and lead.active) if rules else self.browse()
        (self - leads).stage_checklist = False
        current = {lead: rules.for_position(lead.stage_id.id, lead.team_id.id, lead.company_id.id) for lead in leads}
        following = {**dict.fromkeys(leads, (False, ())), **leads._get_following_rules()}
        items = leads._prepare_checklist_items({lead: {*current[lead], *following[lead][1]} for lead in leads})
        stage_names = self.env['crm.stage']._get_stage_names().stages
        for lead in leads:
            next_id, next_rules = following[lead]
            current_items = [items[lead][rule.id] for rule in self._get_distinct_rules(current[lead])]
            lead.stage_checklist = {
                'stage': stage_names.get(lead.stage_id.id, ''),
                'current': current_items,
                'required': self._get_required_names(current_items),
                'next_stage': stage_names.get(next_id, False),
                'next_stage_id': next_id,
                'next': [items[lead][rule.id] for rule in self._get_distinct_rules(next_rules)],
            }

    # Not the checklist: on a page of cards it would be most of what is sent.
    @api.depends_context('uid', 'lang')
    @api.depends(lambda self: ['stage_id', 'type', 'active', 'stage_override_ids.state', *self._get_requirement_dependencies()])
    def _compute_stage_chip(self):
        self.stage_chip = False
        following = self._get_following_rules()
        states = self.browse(lead.id for lead in following)._get_rule_states(
            set().union(*{rules for _stage_id, rules in following.values()}))
        lead_ids = defaultdict(list)  # of those that have the same chip
        for lead, (stage_id, rules) in following.items():
            if lead.id in states:
                lead_ids[stage_id, rules, states[lead.id]].append(lead.id)
        for situation, ids in lead_ids.items():
            self.browse(ids).stage_chip = self._prepare_stage_chip(*situation)
        for lead in self._filter_waiting():
            lead.stage_chip = [*(lead.stage_chip or (0, 0, '', [])), True]

    @api.model
    def _prepare_stage_chip(self, stage_id, rules, state):
        """Return what a card shows: a list, since names of values would be half of what is sent.

        :param int stage_id: of the next stage
        :param tuple rules: of the next stage
        :param tuple state: see :meth:`_get_rule_states`
        :return: ``[number met, number asked for, name of the next stage, names of what is missing]``, or ``False`` where
            nothing is; ``True`` comes last where approval is waited for
        """
        exempt, unmet = state
        asked = [rule for rule in self._get_distinct_rules(rules) if rule not in exempt]
        names = self._get_requirement_names()
        missing = [names[rule.id] for rule in asked if rule in unmet]
        stage_name = self.env['crm.stage']._get_stage_names().stages.get(stage_id, '')
        return bool(missing) and [len(asked) - len(missing), len(asked), stage_name, missing]

    def _get_following_rules(self):
        """Return ``{lead: (id of its next stage, its rules)}`` of the open opportunities that have one."""
        rules = self._get_stage_rules()
        following = {}
        for lead in self if rules else ():
            if lead.type == 'opportunity' and lead.active:
                team_id = lead.team_id.id
                if stage_id := rules.get_next_stage_id(lead.stage_id.id, team_id):
                    following[lead] = stage_id, rules.for_position(stage_id, team_id, lead.company_id.id)
        return following

    @api.model
    def _get_distinct_rules(self, rules):
        """Return rules without those that ask once more for the same field."""
        return list({
            (rule.field_name, rule.property_name, rule.condition, rule.level) if rule.kind == 'field' else rule.id: rule
            for rule in reversed(rules)
        }.values())[::-1]

    @api.model
    def _get_required_names(self, items):
        """Return the names of the fields that the form marks. Whether one may be emptied is left to the server, which asks.

        :param list items: what the stage of the opportunity requires
        """
        return [item['field_name'] for item in items if item['field_name'] and item['level'] == 'block' and item['applies']]

    @api.model
    def _get_view(self, view_id=None, view_type='form', **options):
        """Let the form that shows the checklist mark what the stage requires, and each list say where a move starts from.

        Each field asks for itself, whatever is configured: the web client keeps views on disk and would miss new rules.
        """
        arch, view = super()._get_view(view_id, view_type, **options)
        if view_type == 'list' and not arch.get('js_class'):
            arch.set('js_class', 'winerp_lead_list')  # not by inheriting: also the lists of other add-ons
        if view_type == 'form' and arch.xpath("//field[@name='stage_checklist']"):
            for node in arch.xpath('//field[not(ancestor::field)]'):
                name = node.get('name')
                if name in self._fields and name not in UNSUITABLE_FIELDS and not self._fields[name].readonly:
                    node.set('decoration-stage_required', f"stage_checklist and '{name}' in stage_checklist['required']")
        return arch, view

    def _prepare_checklist_items(self, rules_by_lead):
        """Return ``{lead: {rule id: what the web client is told of it}}``."""
        names = self._get_requirement_names()
        leads = self.browse(lead.id for lead in rules_by_lead)
        states = leads._get_rule_states(set().union(*rules_by_lead.values()))
        all_met = frozenset(), frozenset()
        return {
            lead: {
                rule.id: {
                    'id': rule.id, 'name': names[rule.id], 'level': rule.level,
                    'field_name': rule.kind == 'field' and rule.field_name, 'property_name': rule.property_name,
                    'domain': rule.domain, 'condition': rule.condition,
                    'applies': rule not in exempt,
                    'is_met': rule not in unmet,
                }
                for rule in lead_rules
            }
            for lead, lead_rules in rules_by_lead.items()
            for exempt, unmet in [states.get(lead.id, all_met)]
        }
