"""How the web client asks a person for what is missing, or tells them."""
from odoo import api, models
from odoo.http import request

from ..stage_rules import parse_domain


class CrmLead(models.Model):
    _inherit = 'crm.lead'  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _is_person_waiting(self):
        """Whether there is somebody who can be asked: not a script, nor one row of an import."""
        return bool(request and request.session.uid) and '_import_current_module' not in self.env.context

    @api.model
    def _complete_refusal(self, error, vals_list=None):
        """Send with a refusal what the dialog shows, as it is after the undoing, so that it costs no further request.

        :param error: ``StageRequirementError``
        :param vals_list: of opportunities that were being created, and are no more
        """
        if 'dialog' in error.context or not self._is_person_waiting():
            return
        rules, leads = self._get_stage_rules(), error.context['leads']
        is_new, several = not leads[0]['id'], len(self) > 1 or len(leads) > 1
        unmet = {
            lead: rules.get({requirement['id'] for requirement in refused['missing']})
            for refused in leads
            if (lead := self.browse(refused['id']) if refused['id'] else self.new((vals_list or [{}])[0]))
        }
        dialog = self._prepare_stage_dialog(unmet, error.context['stage_id'], is_new, error.is_movable, several)
        if dialog['form'] and not is_new:
            [lead] = unmet
            dialog['form']['values'] = lead._read_missing_values(dialog['form'])
        if several and not is_new:
            dialog['fill_in'] = self._prepare_fill_in(
                unmet, {lead: refused['stage_id'] for lead, refused in zip(unmet, leads, strict=True)})
        error.context['dialog'] = dialog

    @api.model
    def _tell_missing(self, unmet):
        """Show the person what opportunities lack that were let through.

        :param dict unmet: ``{lead: list of StageRule}``
        """
        leads = [self._prepare_missing(lead, lead.stage_id.id, lead_rules) for lead, lead_rules in unmet.items()]
        for lead in leads:
            lead['missing'] = [requirement['name'] for requirement in lead['missing']]
        lines = self._list_some(leads, lambda lead: f"{lead['name']}: {', '.join(lead['missing'])}")
        self.env.user._bus_send('winerp_crm_pipeline.stage_warning', {'message': "\n".join(lines), 'leads': leads})

    @api.model
    def _prepare_stage_dialog(self, unmet, stage_id, is_new=False, is_movable=True, several=False):
        """Return how the web client asks for what is missing.

        :param dict unmet: ``{lead: list of StageRule}``
        :param bool is_new: see :meth:`_refuse_or_warn`
        :param bool is_movable: the same
        :param bool several: whether there are more opportunities than those that lack something
        :return: ``{'stage_name': str, 'can_override': bool, 'can_request': bool, whether approval can be asked for instead,
            'form': dict | False, 'conditions': list, 'seen': dict | False}``; the last three only if there is a single
            opportunity; ``seen`` is for the context of what the dialog writes, see :meth:`_check_seen`. A refusal of
            several has ``fill_in``, see :meth:`get_fill_in`
        """
        dialog = {
            'stage_name': self.env['crm.stage']._get_stage_names().stages.get(stage_id, ''),
            'can_override': is_movable and self._can_override_requirements(),
            'can_request': is_movable and not (is_new and several) and not self._can_override_requirements(),
            'form': False,
            'conditions': [],
            'seen': False,
        }
        if len(unmet) == 1 and not several:
            [(lead, rules)] = unmet.items()
            dialog['conditions'] = [
                lead._prepare_condition(rule, is_new) for rule in rules
                if rule.kind == 'domain' or not lead._can_fill_in(rule.field_name)]
            dialog['form'] = form = lead._prepare_missing_form(rules)
            names = form['models'][self._name]['fields'] if form else ()
            dialog['seen'] = not is_new and {
                'id': lead.id, 'stage_id': lead.stage_id.id, 'values': lead._read_seen(names)[lead.id]}
        return dialog

    # ------------------------------------------------------------
    # CONDITIONS
    # ------------------------------------------------------------

    def _prepare_condition(self, rule, is_new=False, in_form=True):
        """Return one line of the checklist: a condition, and the way to meet it.

        :param bool in_form: whether the fields that meet it are shown beside it
        :return: ``{'id', 'name', 'remedy'}``; see :meth:`_prepare_remedy`
        """
        self.ensure_one()
        if in_form and (names := self._get_rule_fields(rule)):
            remedy = {'field': names[-1]}
        else:
            paths = [rule.field_name] if rule.kind == 'field' else self._get_domain_paths(rule.domain)
            remedy = next(filter(None, (self._prepare_remedy(path, is_new) for path in paths)), False)
        if not remedy and not is_new and not rule.is_path:
            remedy = {'model': self._name, 'res_id': self.id, 'context': {}, 'label': self.name}
        return {'id': rule.id, 'name': self._get_requirement_names()[rule.id], 'remedy': remedy}

    @api.model
    def _get_domain_paths(self, text):
        return [condition.field_expr for condition in parse_domain(text, self.env.uid).iter_conditions()]

    def _prepare_remedy(self, path, is_new):
        """Return what meets a condition on ``path``, or ``None``.

        A field of the dialog is ``{'field': name}``. A document of the opportunity, such as a quotation, is created, an
        activity scheduled; a document that it points to, such as its customer, is opened:
        ``{'model', 'res_id', 'context', 'label'}``.
        """
        name, *rest = path.split('.')
        field = self._fields[name]
        if field.type == 'one2many' and not is_new:
            if self.env[field.comodel_name].has_access('create'):
                return {
                    'model': field.comodel_name, 'res_id': False, 'context': self._prepare_remedy_context(field),
                    'label': self._get_remedy_label(field),
                }
        elif field.type == 'many2one' and rest and self[name] and self[name].has_access('write'):
            return {
                'model': field.comodel_name, 'res_id': self[name].id, 'context': {}, 'label': self[name].display_name,
            }
        return None

    @api.model
    def _get_remedy_label(self, field):
        """Return what one new document of a one2many field is called, for the button that adds it."""
        if field.comodel_name == 'calendar.event':
            return self.env._("Meeting")
        return field.get_description(self.env, ['string'])['string']

    def _prepare_remedy_context(self, field):
        """Return the defaults of a new document of the opportunity: what both have in common."""
        if field.comodel_name == 'calendar.event':
            context = self.action_schedule_meeting(smart_calendar=False)['context']
            return {key: value for key, value in context.items() if key.startswith('default_')}
        context = {f'default_{field.inverse_name}': self.id}
        for name, other in self.env[field.comodel_name]._fields.items():
            own = self._fields.get(name)
            if own and own.type == other.type == 'many2one' and own.comodel_name == other.comodel_name and self[name]:
                if other.store and not other.readonly:
                    context.setdefault(f'default_{name}', self[name].id)
        return context
