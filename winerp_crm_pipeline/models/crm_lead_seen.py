"""Nobody is overwritten silently: what a colleague changed since a person looked is told before anything is written."""
import json

from odoo import api, models
from odoo.tools.json import json_default

from ..exceptions import OpportunityChangedError

# Context key of what a person saw of the opportunity that they are about to change, or a list of several. It only makes
# things stricter: {'id': int, 'stage_id': int, where a move starts from, 'values': {name: value}, what the dialog loaded}
SEEN = 'winerp_seen'
# Values that one person puts in place of another's; those of an x2many add up.
SEEN_TYPES = (
    'boolean', 'char', 'date', 'datetime', 'float', 'html', 'integer', 'many2one', 'monetary', 'selection', 'text')


class CrmLead(models.Model):
    _inherit = 'crm.lead'  # pylint: disable=consider-merging-classes-inherited

    def _check_seen(self, vals):
        """Refuse to write on what is no longer as the person saw it.

        Whoever changes it at the same moment is noticed too: of two writes on one snapshot the database refuses one,
        and Odoo does it again on what the other has left.

        :param dict vals: as for ``write``
        :return: the records, without what was seen: it is not for what follows from this write
        :raise OpportunityChangedError:
        """
        seen = self.env.context.get(SEEN)
        if not seen:
            return self
        seen = {
            one['id']: one for one in (seen if isinstance(seen, list) else [seen])
            if isinstance(one, dict) and one.get('id') in self._ids}
        known = self.filtered(lambda lead: lead.id in seen)
        if changes := known._get_changes(seen, dict.fromkeys(seen, vals)):
            raise self._prepare_changed_error(changes, vals.get('stage_id'))
        return self.with_context(**{SEEN: None})

    def _get_changes(self, seen, vals):
        """Return what of opportunities was changed since it was seen, as far as a write would undo it.

        :param dict seen: ``{lead id: {'stage_id', 'values'}}``
        :param dict vals: ``{lead id: values, as for write}``
        :return: list as in ``OpportunityChangedError``
        """
        moved = self.filtered(
            lambda lead: 'stage_id' in vals[lead.id] and seen[lead.id].get('stage_id')
            and lead.stage_id.id not in (seen[lead.id]['stage_id'], vals[lead.id]['stage_id']))
        movers = moved._get_movers()
        stage_names = self.env['crm.stage']._get_stage_names().stages
        changes = []
        for lead in self:
            values = lead._get_changed_values(seen[lead.id].get('values') or {}, vals[lead.id])
            if lead in moved or values:
                changes.append({
                    'id': lead.id, 'name': lead.name or '', 'values': values,
                    'stage': lead in moved and {
                        'id': lead.stage_id.id, 'name': stage_names.get(lead.stage_id.id, ''),
                        'user': movers.get(lead.id, ''),
                    },
                })
        return changes

    def _get_changed_values(self, seen, vals):
        """Return what fields hold now, where that is neither what was seen nor what is written."""
        names = [name for name in seen if name in vals] if isinstance(seen, dict) else []
        changed = []
        for name, value in self._read_seen(names)[self.id].items():
            if value != seen[name] and value != vals[name]:
                is_record = self._fields[name].type == 'many2one'
                changed.append({
                    'name': name, 'value': value, 'display_name': is_record and self[name].display_name or ''})
        return changed

    def _read_seen(self, names):
        """Return ``{id: {name: value}}`` of the fields that can be overwritten, such that JSON leaves it the same."""
        names = [name for name in names if name in self._fields and self._fields[name].type in SEEN_TYPES]
        rows = self.read(names, load=None) if names else [{'id': lead_id} for lead_id in self.ids]
        rows = json.loads(json.dumps(rows, default=json_default))
        return {row.pop('id'): row for row in rows}

    def _get_movers(self):
        """Return ``{lead id: name of who moved it last}``, where that is known."""
        if not self:
            return {}
        # sudo: mail.tracking.value - what the chatter of an opportunity shows to whoever sees the opportunity
        tracked = self.env['mail.tracking.value'].sudo().search([
            ('field_id.model', '=', 'crm.lead'), ('field_id.name', '=', 'stage_id'),
            ('mail_message_id.model', '=', 'crm.lead'), ('mail_message_id.res_id', 'in', self.ids),
        ], order='id')
        return {value.mail_message_id.res_id: value.mail_message_id.author_id.name or '' for value in tracked}

    @api.model
    def _prepare_changed_error(self, changes, stage_id=None):
        """Return the error that says what was changed.

        :param list changes: see :meth:`_get_changes`
        :param stage_id: where they were to move
        """
        lines = self._list_some(changes, lambda change: (
            self.env._(
                "“%(opportunity)s” was moved to “%(stage)s” meanwhile.",
                opportunity=change['name'], stage=change['stage']['name'])
            if change['stage'] else
            self.env._(
                "Somebody else changed “%(opportunity)s” meanwhile: %(fields)s.", opportunity=change['name'],
                fields=", ".join(
                    self._fields[value['name']].get_description(self.env, ['string'])['string']
                    for value in change['values']))
        ))
        lines.append(self.env._("Reload the page, then try again."))
        stage_names = self.env['crm.stage']._get_stage_names().stages
        stage_name = stage_names.get(stage_id, '') if isinstance(stage_id, int) else ''
        return OpportunityChangedError("\n".join(lines), {'stage_name': stage_name, 'leads': changes})
