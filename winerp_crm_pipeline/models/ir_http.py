from odoo import models

MAX_LANGUAGES = 4


class IrHttp(models.AbstractModel):
    _inherit = 'ir.http'

    def session_info(self):
        """Add the installed languages to which the user menu offers to switch."""
        session_info = super().session_info()
        languages = [
            {'code': code, 'name': name.split(' / ')[-1]}
            for code, name in self.env['res.lang'].get_installed() if code != self.env.user.lang
        ]
        if len(languages) <= MAX_LANGUAGES:  # more are better chosen in the preferences
            session_info['other_languages'] = languages
        return session_info
