"""Sales funnels side by side: of groups, and of periods."""
from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..client_domain import in_period, read_domain

GROUP_LIMIT = 8


class CrmLead(models.Model):
    _inherit = 'crm.lead'  # pylint: disable=consider-merging-classes-inherited

    @api.model
    @api.readonly
    def get_funnels(self, domain=None, group_by=None, periods=None):
        """Return the funnels of the opportunities that match, and of each group of them, in each period.

        What it costs grows with the number of funnels only: those of the largest groups.

        :param domain: on ``crm.lead``; none: all opportunities
        :param str group_by: what ``formatted_read_group`` can group by; none: no groups
        :param periods: pairs of moments as :meth:`get_funnel` takes them; none: one without beginning and end
        :return: ``{'stages': [{'id', 'name'}], 'groups': [{'name', 'funnels'}], 'has_more'}``; ``groups``: all together with
            ``False`` as their name, then the largest; ``funnels``: what :meth:`get_funnel` says, for each period;
            ``stages``: all that are in one of them, in their order
        """
        domain, periods = read_domain(self, domain), self._read_periods(periods)
        groups = [{'name': False, 'funnels': self._get_funnels_of_periods(domain, periods)}]
        found = self._get_funnel_groups(domain, group_by, periods) if group_by else []
        for name, group_domain in found[:GROUP_LIMIT]:
            groups.append({'name': name, 'funnels': self._get_funnels_of_periods(domain + group_domain, periods)})
        names = {
            stage['stage_id']: stage['name'] for group in groups for funnel in group['funnels'] for stage in funnel['stages']}
        return {
            'stages': [
                {'id': stage_id, 'name': names[stage_id]} for stage_id in self._get_pipelines().stage_ids if stage_id in names],
            'groups': groups,
            'has_more': len(found) > GROUP_LIMIT,
        }

    @api.model
    def _read_periods(self, periods):
        """Return the periods that a client gives.

        :raise UserError: if they are none
        """
        if not periods:
            return [(None, None)]
        if not isinstance(periods, (list, tuple)) or any(
                not isinstance(period, (list, tuple)) or len(period) != 2 for period in periods):
            raise UserError(self.env._("A period is given by two moments."))
        return periods

    @api.model
    def _get_funnels_of_periods(self, domain, periods):
        return [self.get_funnel(domain, date_from, date_to) for date_from, date_to in periods]

    @api.model
    def _get_funnel_groups(self, domain, group_by, periods):
        """Return name and domain of the groups that have most opportunities, one more than are shown."""
        # `get_funnel` finds those without being lost in the archive, too.
        wanted = Domain(domain) & Domain('type', '=', 'opportunity') & Domain('active', 'in', [True, False])
        wanted &= Domain.OR(Domain(in_period(self.env, 'pipeline_date', *period)) for period in periods)
        try:
            groups = self.formatted_read_group(
                wanted, [group_by], ['__count'], order='__count desc', limit=GROUP_LIMIT + 1)
        except (AttributeError, KeyError, TypeError, ValueError) as error:  # whatever core makes of it
            raise UserError(self.env._("Opportunities cannot be grouped by “%(name)s”.", name=group_by)) from error
        labels = self._get_group_labels(group_by)
        return [(self._get_group_name(group[group_by], labels), list(group['__extra_domain'])) for group in groups]

    @api.model
    def _get_group_labels(self, group_by):
        """Return what the values of a selection, or of a property that is one, are called."""
        name = group_by.partition('.')[0].partition(':')[0]
        field = self.fields_get([name], ['type', 'selection']).get(name, {})
        if field.get('type') == 'properties':
            field = self.get_property_definition(group_by)
        return {True: self.env._("Yes"), False: self.env._("No")} if field.get('type') == 'boolean' else dict(
            field.get('selection') or ())

    @api.model
    def _get_group_name(self, value, labels):
        if isinstance(value, (tuple, list)):  # a record, a tag, a piece of time
            return value[1]
        if value in labels:
            return labels[value]
        return str(value) if value or value == 0 and value is not False else self.env._("None")
