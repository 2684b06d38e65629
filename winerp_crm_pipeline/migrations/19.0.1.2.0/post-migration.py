from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Begin the history of opportunities, which this version keeps, as an installation does; overrides were decided at once."""
    api.Environment(cr, SUPERUSER_ID, {})['crm.lead.history']._start()
    cr.execute("UPDATE crm_stage_override SET date_decided = create_date WHERE state = 'approved' AND date_decided IS NULL")
