"""What the registry keeps of stages and requirements, in a way that cannot be wrong for the one who reads it."""
from odoo import api, models
from odoo.tools import SQL, ormcache

from .. import planned_sql

# In the cursor's cache, which goes with each end of a transaction and each savepoint that is rolled back.
VERSION = 'winerp_crm_pipeline.stage_rules_version'
# Beside it, ids of the opportunities that wait for approval: read with the version, so that a move need not ask.
WAITING = 'winerp_crm_pipeline.waiting_lead_ids'
# In the data of the cursor's callbacks, which go with the transaction: what one reads that has changed the rules.
OWN_ANSWERS = 'winerp_crm_pipeline.own_stage_rules'


class OwnAnswers:
    """Answers by version: what is undone meanwhile leaves them true, so nothing need copy them."""

    def __init__(self):
        self.by_question = {}


class CrmStageRulesMixin(models.AbstractModel):
    """Remembers what is read of stages and requirements, for each version of them.

    A version is a fingerprint of the rows that a transaction sees: PostgreSQL never gives two versions of a row the
    same place and writer. So it belongs to the snapshot, changes with whatever changes a row (a cascade, SQL), needs
    no row that everybody writes, and an older transaction, or a replica that lags, fills its own version only. It
    costs one query a transaction. A transaction that has itself changed rules keeps its answers to itself.
    """
    _name = 'crm.stage.rules.mixin'
    _description = "Stage Rules"

    def init(self):
        planned_sql.define(
            self.env.cr, planned_sql.RULES_VERSION, "", "TABLE (version text, waiting_ids integer[])", self._get_version_query())
        return super().init()

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        self._note_rules_change()
        return records

    def write(self, vals):
        result = super().write(vals)
        self._note_rules_change()
        return result

    def unlink(self):
        result = super().unlink()
        self._note_rules_change()
        return result

    def _update_field_translations(self, field_name, translations, digest=None, source_lang=''):
        result = super()._update_field_translations(field_name, translations, digest=digest, source_lang=source_lang)
        self._note_rules_change()
        return result

    @api.model
    def _note_rules_change(self):
        self.env.cr.postcommit.data.setdefault(OWN_ANSWERS, OwnAnswers())
        self._forget_rules_version()

    @api.model
    def _forget_rules_version(self):
        self.env.cr.cache.pop(VERSION, None)

    @api.model
    def _get_waiting_lead_ids(self):
        """Return the ids of the opportunities that wait for approval, as this transaction sees them."""
        self._get_rules_version(has_changes=OWN_ANSWERS in self.env.cr.postcommit.data)
        return self.env.cr.cache[WAITING]

    @api.model
    def _recall(self, method, *arguments):
        """Return what a method of this model reads of stages and requirements, without a query where it is known.

        :param str method: name of a method that reads nothing else, and returns plain data
        :param arguments: of the method
        """
        own = self.env.cr.postcommit.data.get(OWN_ANSWERS)
        question = self._get_rules_version(has_changes=bool(own)), method, arguments
        if not own:
            return self._recall_committed(*question)
        if question not in own.by_question:
            own.by_question[question] = getattr(self, method)(*arguments)
        return own.by_question[question]

    @api.model
    @ormcache('version', 'method', 'arguments')
    def _recall_committed(self, version, method, arguments):
        return getattr(self, method)(*arguments)

    @api.model
    def _get_version_query(self):
        """Return the query for the fingerprint of all rows that are what stages say and require, and who waits for approval."""
        stages, requirements = self.env['crm.stage'], self.env['crm.stage.requirement']
        tables = [
            stages._table, stages._fields['team_ids'].relation, stages._fields['from_stage_ids'].relation,
            requirements._table, requirements._fields['team_ids'].relation,
        ]
        rows = SQL(" UNION ALL ").join(
            SQL("SELECT %s || ctid || ' ' || xmin AS row_version FROM %s", table, SQL.identifier(table)) for table in tables)
        return SQL(
            """SELECT md5(string_agg(row_version, ' ' ORDER BY row_version)),
                      (SELECT array_agg(lead_id) FROM crm_stage_override WHERE state = 'requested')
                 FROM (%s) AS row_versions""", rows)

    @api.model
    def _get_rules_version(self, has_changes):
        """Return the fingerprint of all rows of stages and requirements, as this transaction sees them."""
        cache = self.env.cr.cache
        if VERSION not in cache:
            if has_changes:
                self.env['crm.stage'].flush_model()
                self.env['crm.stage.requirement'].flush_model()
            [[cache[VERSION], waiting_ids]] = self.env.execute_query(SQL("SELECT * FROM %s()", planned_sql.RULES_VERSION))
            cache[WAITING] = frozenset(waiting_ids or ())
        return cache[VERSION]
