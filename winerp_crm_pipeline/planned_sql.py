"""Statements that PostgreSQL plans once for each connection: planning them takes several times as long as running them.

Each is a function in the database, made anew whenever the module is installed or updated.
"""
from odoo.tools import SQL

RECORD_HISTORY = SQL.identifier('crm_lead_history_record')
RULES_VERSION = SQL.identifier('crm_stage_rules_version')


def define(cr, name, parameters, returns, statement):
    """Make a function of a statement.

    :param SQL name: :data:`RECORD_HISTORY` or :data:`RULES_VERSION`
    :param str parameters: names and types; a name must be of no column
    :param str returns: the type of what the statement returns
    :param SQL statement: with the names of the parameters in it
    """
    body = f"#variable_conflict use_column\nBEGIN RETURN QUERY {cr.mogrify(statement).decode()}; END"
    # One plan for one opportunity and for a thousand: each is looked up.
    cr.execute(SQL(
        "CREATE OR REPLACE FUNCTION %s(%s) RETURNS %s LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS %s",
        name, SQL(parameters), SQL(returns), body))


def drop_all(cr):
    for name in (RECORD_HISTORY, RULES_VERSION):
        cr.execute(SQL("DROP FUNCTION IF EXISTS %s", name))
