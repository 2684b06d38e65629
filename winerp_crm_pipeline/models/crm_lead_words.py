"""What core says of opportunities in English only."""
from odoo import models
from odoo.tools.translate import code_translations


class CrmLead(models.Model):
    _inherit = 'crm.lead'  # pylint: disable=consider-merging-classes-inherited

    def get_rainbowman_message(self):
        """Congratulate in the user's language also where core's translation does not: see ``i18n_extra``."""
        message = super().get_rainbowman_message()
        return code_translations.get_python_translations('winerp_crm_pipeline', self.env.lang or 'en_US').get(message, message)
