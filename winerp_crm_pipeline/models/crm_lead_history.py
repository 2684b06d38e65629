"""The memory of the pipeline: what held of an opportunity, and when."""
from odoo import api, fields, models
from odoo.tools import SQL

OUTCOMES = ('advanced', 'back', 'team', 'won', 'lost', 'merged')


class CrmLeadHistory(models.Model):
    """A period in which nothing that counts changed of an opportunity, and so a part of a stay in a stage.

    Nobody writes it by hand: the rows follow from comparing opportunities with their open rows, at the end of each
    transaction that changed some, and at night for what SQL changed. See docs/DESIGN.md, "The memory of the pipeline".
    """
    _name = 'crm.lead.history'
    _description = "Opportunity History"
    _order = 'date_from, id'
    _rec_name = 'lead_id'
    _log_access = False  # the rows are written in SQL, and say themselves when

    lead_id = fields.Many2one(
        'crm.lead', "Opportunity", required=True, readonly=True, ondelete='cascade',
        help="What was merged away belongs to the opportunity it was merged into.")
    origin_id = fields.Integer(
        "Lived By", required=True, readonly=True, aggregator=None,
        help="ID of the opportunity that lived this, also after it was merged away.")
    date_from = fields.Datetime("From", required=True, readonly=True)
    date_to = fields.Datetime("Until", readonly=True, help="Empty while it lasts.")
    # No indexes on these: a stage, team or user is deleted once a year, an opportunity changes every minute.
    stage_id = fields.Many2one('crm.stage', readonly=True, ondelete='set null')
    team_id = fields.Many2one('crm.team', "Sales Team", readonly=True, ondelete='set null')
    user_id = fields.Many2one('res.users', "Salesperson", readonly=True, ondelete='set null')
    company_id = fields.Many2one('res.company', readonly=True, ondelete='set null')
    currency_id = fields.Many2one('res.currency', compute='_compute_currency_id', compute_sudo=True)
    expected_revenue = fields.Monetary(currency_field='currency_id', readonly=True)
    date_deadline = fields.Date("Expected Closing", readonly=True)
    won_status = fields.Selection([('won', "Won"), ('lost', "Lost"), ('pending', "Pending")], "Won/Lost", readonly=True)
    is_entry = fields.Boolean("Entered the Stage", readonly=True, help="The first row of a stay.")
    is_decision = fields.Boolean("Decided", readonly=True, help="The opportunity was won or lost at the beginning of this.")
    stay_from = fields.Datetime("In Stage Since", readonly=True)
    outcome = fields.Selection([
        ('advanced', "Advanced"), ('back', "Moved back"), ('team', "Changed team"),
        ('won', "Won"), ('lost', "Lost"), ('merged', "Merged"),
    ], readonly=True, help="What became of the stay, on its last row; empty while it lasts.")
    next_stage_id = fields.Many2one('crm.stage', "To Stage", readonly=True, ondelete='set null')
    days = fields.Float("Days in Stage", readonly=True, aggregator='avg', help="How long the stay was, on its last row.")
    is_reconstructed = fields.Boolean(
        "Reconstructed", readonly=True,
        help="From the changes that Odoo had tracked before the history was kept, not seen live.")
    is_waiting = fields.Boolean(
        "To Be Reconstructed", readonly=True, help="What was before is still to be found in Odoo's tracked changes.")

    _lead_id_idx = models.Index("(lead_id, date_from)")
    _open_uniq = models.UniqueIndex("(origin_id) WHERE date_to IS NULL")
    _won_idx = models.Index(
        "(origin_id, date_from) INCLUDE (expected_revenue, company_id) WHERE is_decision AND won_status = 'won'")
    _waiting_idx = models.Index("(id) WHERE is_waiting IS TRUE")  # as the ORM asks for it; PostgreSQL takes it as written

    @api.depends_context('company')
    @api.depends('company_id')
    def _compute_currency_id(self):
        for row in self:
            row.currency_id = (row.company_id or self.env.company).currency_id

    def _field_to_sql(self, alias, field_expr, query=None):
        # As core does with the currency of opportunities, so that amounts can be summed.
        if field_expr != 'currency_id':
            return super()._field_to_sql(alias, field_expr, query)
        company = self._fields['company_id'].join(self, alias, query)[1]
        return SQL("COALESCE(%s, %s)", SQL.identifier(company, 'currency_id'), self.env.company.currency_id.id)

    @api.model
    def _search(self, domain, *args, **kwargs):
        self._record_pending()  # who asks within a transaction sees what it has changed
        return super()._search(domain, *args, **kwargs)
