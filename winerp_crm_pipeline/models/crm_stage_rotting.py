"""What follows when opportunities stay in a stage for more than its days to rot: who is told, and when."""
from odoo import fields, models


class CrmStage(models.Model):
    _inherit = 'crm.stage'  # pylint: disable=consider-merging-classes-inherited

    rotting_activity = fields.Boolean(
        "Remind the salesperson",
        help="After the days to rot, the salesperson gets an activity, once for each stay in the stage. Working days of the "
             "company's calendar count, so holidays such as Tết do not.")
    rotting_leader_days = fields.Integer(
        "Then tell the leader, after", default=0,
        help="So many working days after the salesperson, the leader of the sales team gets an activity. 0: never.")
    rotting_release_days = fields.Integer(
        "Then hand it back to the team, after", default=0,
        help="So many working days later still, the opportunity loses its salesperson and is free for the team. 0: never.")

    _check_rotting_days = models.Constraint(
        'CHECK (rotting_leader_days >= 0 AND rotting_release_days >= 0)',
        "A number of days cannot be less than zero.",
    )

    def _get_rotting_steps(self):
        """Return what follows in this stage, in its order.

        :return: list of ``(level, level before it or '', working days after that)``
        """
        if not self.rotting_activity or self.rotting_threshold_days <= 0:
            return []
        steps = [('salesperson', '', self.rotting_threshold_days)]
        for level, days in (('leader', self.rotting_leader_days), ('team', self.rotting_release_days)):
            if days > 0:
                steps.append((level, steps[-1][0], days))
        return steps
