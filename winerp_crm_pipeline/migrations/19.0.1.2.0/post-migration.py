from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Begin the history of opportunities, which this version keeps, as an installation does."""
    api.Environment(cr, SUPERUSER_ID, {})['crm.lead.history']._start()
