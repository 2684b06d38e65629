from odoo.tools import sql

from . import core_words, planned_sql


def pre_init_hook(env):
    """Keep what stages say in a database of Odoo 8 to 11, or of the community module crm_stage_probability.

    Both have ``probability`` and ``on_change`` on the stage: the first is ours already, the second
    becomes ``auto_probability``. Numbers that cannot be a percentage are brought into its bounds,
    or the constraint could not be made.
    """
    columns = sql.table_columns(env.cr, 'crm_stage')
    if 'on_change' in columns and 'auto_probability' not in columns:
        sql.create_column(env.cr, 'crm_stage', 'auto_probability', 'bool')
        env.cr.execute("UPDATE crm_stage SET auto_probability = on_change")
    if 'probability' in columns:
        env.cr.execute("""
            UPDATE crm_stage SET probability = LEAST(GREATEST(probability, 0), 100)
             WHERE probability < 0 OR probability > 100""")


def post_init_hook(env):
    """Begin the history of opportunities: what is now, and what Odoo has tracked of what was."""
    env['crm.lead.history']._start()


def uninstall_hook(env):
    """Give core its Vietnamese labels back, and leave no function in the database."""
    core_words.put_back(env)
    planned_sql.drop_all(env.cr)
