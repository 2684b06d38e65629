"""What is done for an opportunity that stays in a stage for too long."""
from odoo import models

from ..exceptions import StageRequirementError


class CrmLead(models.Model):
    _inherit = 'crm.lead'  # pylint: disable=consider-merging-classes-inherited

    def _remind_salesperson(self):
        for (user, stage), leads in self._grouped_by_addressee(lambda lead: lead.user_id):
            env = self.with_context(lang=user.lang).env
            leads._create_rotting_activities(user, env._(
                "Working days in “%(stage)s”: %(days)s or more. What is the next step?",
                stage=stage.with_env(env).name, days=stage.rotting_threshold_days))

    def _tell_leader(self):
        for (user, stage), leads in self._grouped_by_addressee(lambda lead: lead.team_id.user_id):
            env = self.with_context(lang=user.lang).env
            for salesperson, own in leads.grouped('user_id').items():
                if salesperson == user:
                    continue  # who has been reminded
                own._create_rotting_activities(user, env._(
                    "Still in “%(stage)s”, and nobody is responsible for it.", stage=stage.with_env(env).name,
                ) if not salesperson else env._(
                    "Still in “%(stage)s”, %(days)s working days after %(salesperson)s was reminded.",
                    stage=stage.with_env(env).name, days=stage.rotting_leader_days, salesperson=salesperson.name))

    def _hand_back_to_team(self):
        leads = self.filtered('user_id')
        try:
            with self.env.cr.savepoint():
                leads._take_from_salesperson()
        except StageRequirementError as error:  # a stage may require a salesperson: there they keep it
            leads -= leads.browse(lead['id'] for lead in error.context['leads'])
            leads._take_from_salesperson()

    def _take_from_salesperson(self):
        activity_type = self._get_rotting_activity_type()
        for (user, stage), leads in self._grouped_by_addressee(lambda lead: lead.user_id, include_archived=True):
            env = self.with_context(lang=user.lang).env
            leads.activity_ids.filtered(lambda activity, user=user: (
                activity.user_id == user and activity.activity_type_id == activity_type and activity.automated)).unlink()
            leads._track_set_log_message(env._(
                "Handed back to the team: too long in “%(stage)s”.", stage=stage.with_env(env).name))
        self.user_id = False

    def _grouped_by_addressee(self, get_user, include_archived=False):
        """Return pairs of ``(user, stage)`` and their opportunities, without those of nobody.

        :param get_user: from whom an opportunity is, or who is to be told of it
        :param bool include_archived: those of users who have left, too
        """
        return [
            (key, leads) for key, leads in self.grouped(lambda lead: (get_user(lead), lead.stage_id)).items()
            if key[0] and (include_archived or key[0].active)
        ]

    def _create_rotting_activities(self, user, note):
        values = {
            'res_model_id': self.env.ref('crm.model_crm_lead').id, 'user_id': user.id,
            'activity_type_id': self._get_rotting_activity_type().id,
            'automated': True, 'summary': self.with_context(lang=user.lang).env._("Too long in this stage"), 'note': note,
        }
        # Not an e-mail for each: there may be hundreds on the first day.
        self.env['mail.activity'].with_context(mail_activity_quick_update=True).create(
            [{**values, 'res_id': lead.id} for lead in self])

    def _get_rotting_activity_type(self):
        activity_type = self.env.ref('winerp_crm_pipeline.mail_activity_type_rotting', raise_if_not_found=False)
        return activity_type or self.env.ref('mail.mail_activity_data_todo')  # which nobody can delete
