"""Several opportunities at once: what each lacks as a grid, and each saved as far as it may."""
import json
from collections import defaultdict

import psycopg2

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import format_date, format_datetime, formatLang, html2plaintext

from ..exceptions import StageRequirementError
from ..stage_gate import GATE_ENTRY, undone_on_error

MAX_ROWS = 40
# What does not fit into a cell is filled in on the opportunity.
CELL_TYPES = (
    'boolean', 'char', 'date', 'datetime', 'float', 'integer', 'many2many', 'many2one', 'monetary', 'selection', 'text')


class CrmLead(models.Model):
    _inherit = 'crm.lead'  # pylint: disable=consider-merging-classes-inherited

    def action_open_fill_in(self):
        """Let the user fill in, in one dialog, what opportunities lack where they are.

        Other add-ons open the same dialog with this client action; its parameters are ``lead_ids`` and, for what lacks
        something in another stage than its own, ``stage_ids`` as for :meth:`get_fill_in`. When it is done, the action in
        the parameter ``next`` is run, else the view is loaded again.
        """
        params = {'lead_ids': self.ids}
        if len(self) == 1:
            params['stage_ids'] = self.stage_id.id  # one has a form, with all its conditions
        return {'type': 'ir.actions.client', 'tag': 'winerp_crm_pipeline.fill_in', 'params': params}

    @api.readonly
    def get_fill_in(self, stage_ids=None):
        """Return what opportunities lack, for a dialog that asks for it.

        :param stage_ids: where they would be: the id of a stage, or ``{lead id: stage id}``; by default where they are
        :return: ``{'rows': list, 'more_ids': list of ids that have no row, 'columns': list of field names,
            'form': {'arch', 'models'} | False}``; a row is ``{'id', 'name', 'stage_id', 'stage_name', 'fields': list of
            names, 'others': list of what is met elsewhere, as ``_prepare_condition`` has it, 'seen': dict, 'problem': str}``
        """
        self.check_access('read')
        stages = {lead: self._get_fill_in_stage(lead, stage_ids) for lead in self}
        unmet = self._get_unmet_rules({
            lead: rules for lead, stage_id in stages.items() if (rules := lead._get_rules_in(stage_id))})
        return self._prepare_fill_in(unmet, stages)

    def action_fill_in(self, values, seen=None, request_reason=None):
        """Write to opportunities, each its own values, as far as each may.

        Those that are refused, or that fail, spoil nothing: the others are saved. The number of queries depends on the
        different values, not on the opportunities.

        :param dict values: ``{lead id: values}``, as for ``write``; with ``stage_id`` to move it
        :param dict seen: ``{lead id: {'stage_id', 'values'}}``: what the user saw, as :meth:`get_fill_in` gave it; what a
            colleague changed meanwhile is told instead of overwritten
        :param str request_reason: why those that are refused should move all the same: approval is asked for each, see
            :meth:`action_request_stage_move`
        :return: ``{'saved_ids': list, 'requested_ids': list of those that wait for approval, 'gone_ids': list of those
            deleted meanwhile, 'fill_in': what get_fill_in returns of the rest, or False}``
        :raise UserError: if the reason is blank or no text
        """
        reason = request_reason is not None and self._get_named_reason(request_reason)
        values = {lead_id: self._get_named_values(vals) for lead_id, vals in self._get_by_lead(values).items()}
        seen = self._get_by_lead(seen)
        leads = self.filtered(lambda lead: lead.id in values)
        gone, leads, problems = leads - leads.exists(), leads.exists(), {}
        known = leads.filtered(lambda lead: lead.id in seen)
        changed = {change['id']: self._describe_change(change) for change in known._get_changes(seen, values)}
        saved, refused = leads.filtered(lambda lead: lead.id not in changed)._save_each(values)
        requested = self.browse()
        if reason:
            lacking = leads.filtered(lambda lead: refused.get(lead.id) == '')
            requested, not_requested = lacking._request_each(values, reason)
            refused.update(not_requested)
        problems.update(changed)
        problems.update(refused)
        rest = leads - saved - requested
        return {
            'saved_ids': saved.ids, 'requested_ids': requested.ids, 'gone_ids': gone.ids,
            'fill_in': bool(rest) and rest._prepare_rest(values, problems),
        }

    # ------------------------------------------------------------
    # SAVING
    # ------------------------------------------------------------

    def _save_each(self, values):
        """Write to opportunities what each is given: all that may in one go.

        :return: ``(those that are saved, {lead id: why not})``; what is refused for what it lacks has no reason
        """
        todo, problems = self, {}
        while todo:
            try:
                todo._write_values(values)
                break
            except StageRequirementError as error:  # names all of them
                refused = self.browse(lead['id'] for lead in error.context['leads'])
                problems.update(dict.fromkeys(refused.ids, ''))
                if not refused & todo:
                    raise
                todo -= refused
            except (UserError, psycopg2.IntegrityError) as error:
                if len(todo) == 1:
                    problems[todo.id] = self._describe_failure(error)
                    return self.browse(), problems
                return todo._save_one_by_one(values, problems)
        return todo, problems

    def _save_one_by_one(self, values, problems):
        """Do :meth:`_save_each` for each by itself, where one of them fails without saying which."""
        saved = self.browse()
        for lead in self:
            lead_saved, lead_problems = lead._save_each(values)
            saved += lead_saved
            problems.update(lead_problems)
        return saved, problems

    def _write_values(self, values):
        """Write to each opportunity its own values, and look at all of them once."""
        entry = self._prepare_gate_entry()
        with undone_on_error(self.env):
            watched = self.with_context(**{GATE_ENTRY: entry}) if entry else self
            for lead_ids, vals in self._group_values(values):
                watched.browse(lead_ids).write(vals)
            if entry:
                self._check_written(entry)

    def _group_values(self, values):
        """Return ``[(ids, values)]``: what is the same for all comes last, as one; so a move costs what one costs."""
        own = [values[lead.id] for lead in self]
        common = {name: value for name, value in own[0].items() if all(name in vals and vals[name] == value for vals in own)}
        groups = defaultdict(list)
        for lead, vals in zip(self, own, strict=True):
            rest = {name: value for name, value in vals.items() if name not in common}
            groups[json.dumps(rest, sort_keys=True)].append(lead.id)
        return [
            *((lead_ids, vals) for text, lead_ids in groups.items() if (vals := json.loads(text))),
            *([(self.ids, common)] if common or not any(own) else []),
        ]

    @api.model
    def _describe_failure(self, error):
        if isinstance(error, UserError):
            return str(error.args[0])
        return self.env._("These values cannot be saved together.")

    @api.model
    def _describe_change(self, change):
        """Return what a colleague did to an opportunity meanwhile, as its row says it."""
        if stage := change['stage']:
            return self.env._(
                "Moved to “%(stage)s” meanwhile by %(user)s. Save again to move it all the same.",
                stage=stage['name'], user=stage['user'] or self.env._("somebody else"))
        values = [
            f"{self._fields[value['name']].get_description(self.env, ['string'])['string']}: "
            f"{self.browse(change['id'])._get_value_text(value['name'])}" for value in change['values']]
        return self.env._("Filled in meanwhile: %(values)s. Save again to replace it.", values=", ".join(values))

    def _get_value_text(self, name):
        """Return what a field holds as a person reads it, in a word or two."""
        field, value = self._fields[name], self[name]
        if field.type == 'many2one':
            return value.display_name or ''
        if field.type == 'selection':
            return dict(field.get_description(self.env, ['selection'])['selection']).get(value, '')
        if field.type == 'monetary':
            return formatLang(self.env, value, currency_obj=self[field.get_currency_field(self)])
        if field.type in ('date', 'datetime'):
            return (format_date if field.type == 'date' else format_datetime)(self.env, value) if value else ''
        if field.type in ('float', 'integer'):
            return formatLang(self.env, value, digits=0 if field.type == 'integer' else 2)
        return html2plaintext(value or '') if field.type == 'html' else str(value or '')

    # ------------------------------------------------------------
    # WHAT IS ASKED
    # ------------------------------------------------------------

    def _prepare_rest(self, values, problems):
        """Return the grid of what was not saved, with the reasons.

        :param dict problems: ``{lead id: reason, or ''}``
        """
        stages = {lead: values[lead.id].get('stage_id') or lead.stage_id.id for lead in self}
        rules = {lead: lead._get_rules_in(stage_id) for lead, stage_id in stages.items()}
        unmet = {**dict.fromkeys(self, ()), **self._get_unmet_rules(rules)}
        return self._prepare_fill_in(unmet, stages, problems)

    def _get_rules_in(self, stage_id):
        """Return the rules for an opportunity, were it in a stage, or moved there."""
        if self.type != 'opportunity':
            return ()
        return self._get_stage_rules().for_move(self.stage_id.id, stage_id, self.team_id.id, self.company_id.id)

    @api.model
    def _get_fill_in_stage(self, lead, stage_ids):
        if isinstance(stage_ids, dict):
            stage_ids = stage_ids.get(str(lead.id), stage_ids.get(lead.id))
        return self._get_named_stage(stage_ids).id if stage_ids else lead.stage_id.id

    @api.model
    def _prepare_fill_in(self, unmet, stages, problems=None):
        """Return :meth:`get_fill_in`.

        :param dict unmet: ``{lead: rules it lacks}``
        :param dict stages: ``{lead: stage id}``
        :param dict problems: ``{lead id: why it was not saved}``
        """
        shown = list(unmet)[:MAX_ROWS]
        columns, cells, others = {}, {}, {}
        for lead in shown:
            labels, _required = lead._get_missing_labels(unmet[lead])
            cells[lead] = {
                name: label for name, label in labels.items() if self._fields[name].type in CELL_TYPES}
            others[lead] = [
                lead._prepare_condition(rule, in_form=False) for rule in unmet[lead]
                if cells[lead].keys().isdisjoint(lead._get_rule_fields(rule))]
            columns.update({name: label or columns.get(name) for name, label in cells[lead].items()})
        form = bool(columns) and self._build_cells_form(columns)
        seen = self.browse().concat(*shown)._read_seen(columns)
        stage_names = self.env['crm.stage']._get_stage_names().stages
        return {
            'rows': [
                {
                    'id': lead.id, 'name': lead.name or '',
                    'stage_id': stages[lead], 'stage_name': stage_names.get(stages[lead], ''),
                    'fields': [*cells[lead]], 'others': others[lead], 'problem': (problems or {}).get(lead.id, ''),
                    'seen': {'stage_id': lead.stage_id.id, 'values': seen[lead.id]},
                }
                for lead in shown
            ],
            'more_ids': [lead.id for lead in list(unmet)[MAX_ROWS:]],
            'columns': [*columns],
            'form': form,
        }
