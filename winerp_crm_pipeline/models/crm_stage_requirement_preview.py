"""What a requirement does, before it is saved: who lacks it, and what a salesperson is asked."""
import contextlib

from odoo import models
from odoo.exceptions import UserError

from ..client_values import read_values
from ..stage_gate import undone_on_error
from .crm_lead_approval import TrialSucceeded


class CrmStageRequirement(models.Model):
    _inherit = 'crm.stage.requirement'  # pylint: disable=consider-merging-classes-inherited

    def get_preview(self, values=None):
        """Return what the requirement would do as a form has it: it is saved, looked at, and undone.

        So what is refused in saving is refused in looking: nobody sees by it what they may not read.

        :param dict values: as for ``write``, or for ``create`` where there is none yet; none: as it is
        :return: ``{'domain': of the open opportunities that lack it, 'refusal': as crm.stage.get_requirement_preview}``
        :raise UserError: if it could not be saved
        """
        self.check_access('write')
        values = read_values(self, values)
        if not self and not values.get('stage_id'):
            raise UserError(self.env._("Save the stage first."))
        if self and not values:
            return self._prepare_preview(self._get_open_lacking_domain())
        preview = {}
        with contextlib.suppress(TrialSucceeded), undone_on_error(self.env):
            requirement = self or self.create(values)
            if self:
                self.write(values)
            # Once it is undone, only the opportunities themselves say which they are.
            lacking = self.env['crm.lead'].search(requirement._get_open_lacking_domain())
            preview = requirement._prepare_preview([('id', 'in', lacking.ids)])
            raise TrialSucceeded
        return preview

    def _prepare_preview(self, domain):
        self.ensure_one()
        rules = self.stage_id._get_stage_rules().get({self.id})
        return {'domain': list(domain), 'refusal': self.stage_id._prepare_requirement_preview(rules)}
