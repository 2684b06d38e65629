"""Subtypes of tracking messages."""
from odoo import models

from ..tracking_batch import get_batch


class MailMessageSubtype(models.Model):
    _inherit = 'mail.message.subtype'

    def exists(self):
        """Ask once in a batch: core does twice for each message."""
        batch = get_batch(self.env)
        if not batch:
            return super().exists()
        return batch.ask((self._name, self._ids), super().exists).with_env(self.env)
