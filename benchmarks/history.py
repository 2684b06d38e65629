"""The history of opportunities: the funnel, the changes between two days, the nightly comparison, moves, installation."""
import argparse
import statistics
import time

from sides import compare, open_sides

from odoo.tools import SQL

STAGES = 6
TEAMS = 5
COUNT = 100_000
ROWS = 5  # of each opportunity
LIVES = """
WITH life AS (
    SELECT lead.id, lead.stage_id, lead.team_id, lead.user_id, lead.company_id, lead.expected_revenue, lead.won_status,
           lead.create_date, number
      FROM crm_lead lead, generate_series(1, %(rows)s) AS number WHERE lead.id > %(first_id)s
), dated AS (
    SELECT life.*, create_date + number * interval '7 days' + (id %% 5000) * interval '1 minute' AS since,
           CASE WHEN number < %(rows)s
                THEN create_date + (number + 1) * interval '7 days' + (id %% 5000) * interval '1 minute' END AS until,
           (%(stages)s)[GREATEST(1, LEAST(number - (id %% 3)::int, %(stage_count)s))] AS stage_then
      FROM life
)
INSERT INTO crm_lead_history (lead_id, origin_id, date_from, date_to, stage_id, team_id, user_id, company_id, expected_revenue,
                              won_status, is_entry, is_decision, stay_from, outcome, days)
SELECT id, id, since, until, CASE WHEN until IS NULL THEN stage_id ELSE stage_then END, team_id, user_id, company_id,
       CASE WHEN until IS NULL THEN expected_revenue ELSE number * 1000 END,
       CASE WHEN until IS NULL THEN won_status ELSE 'pending' END,
       until IS NOT NULL OR won_status <> 'lost', until IS NULL AND won_status <> 'pending',
       CASE WHEN until IS NOT NULL OR won_status <> 'lost' THEN since END,
       CASE WHEN until IS NOT NULL THEN 'advanced' END,
       CASE WHEN until IS NOT NULL THEN 1 + (id * 577::bigint + number * 104729) %% 700001 / 10000.0 END -- hardly any twice
  FROM dated ORDER BY since
"""
TRACKED = """
WITH message AS (
    INSERT INTO mail_message (model, res_id, message_type, date, create_date, subtype_id, author_id)
    SELECT 'crm.lead', lead.id, 'notification', lead.create_date + number * interval '7 days',
           lead.create_date + number * interval '7 days', %(subtype_id)s, %(author_id)s
      FROM crm_lead lead, generate_series(1, %(rows)s) AS number WHERE lead.id > %(first_id)s
    RETURNING id, res_id, create_date
)
INSERT INTO mail_tracking_value (mail_message_id, field_id, old_value_integer, new_value_integer, create_date)
SELECT id, %(field_id)s, (%(stages)s)[1 + (id %% 5)::int], (%(stages)s)[1 + ((id + 1) %% 5)::int], create_date FROM message
"""


def prepare(side, count):
    """Make a pipeline of several teams and years, one in four won and one in four lost, with its history, and commit it."""
    env = side.env
    stages = side.stages = env['crm.stage'].create([
        {'name': f"Benchmark {number}", 'sequence': 500 + number, 'is_won': number == STAGES - 1} for number in range(STAGES)])
    teams = side.teams = env['crm.team'].create([{'name': f"Benchmark {number}"} for number in range(TEAMS)])
    lead = env['crm.lead'].create({
        'name': "Deal", 'type': 'opportunity', 'stage_id': stages[0].id, 'user_id': env.ref('base.user_admin').id})
    side.cr.flush()
    side.first_id, number = lead.id, SQL("number")
    different = {
        'stage_id': SQL("CASE WHEN number %% 4 = 0 THEN %s ELSE %s + number %% %s END", stages[-1].id, stages[0].id, STAGES - 1),
        'team_id': SQL("%s + number / 7 %% %s", teams[0].id, TEAMS),
        'won_status': SQL("CASE number %% 4 WHEN 0 THEN 'won' WHEN 1 THEN 'lost' ELSE 'pending' END"),
        'active': SQL("number %% 4 <> 1"), 'probability': SQL("CASE number %% 4 WHEN 0 THEN 100 WHEN 1 THEN 0 ELSE 30 END"),
        'expected_revenue': SQL("%s * 1000", number),
        'create_date': SQL("now() AT TIME ZONE 'UTC' - interval '1000 days' + %s * (interval '940 days' / %s)", number, count),
    }
    names = [name for name, field in lead._fields.items() if field.store and field.column_type and name != 'id']
    env.cr.execute(SQL(
        "INSERT INTO crm_lead (%s) SELECT %s FROM crm_lead, generate_series(1, %s) AS number WHERE id = %s",
        SQL(", ").join(map(SQL.identifier, names)),
        SQL(", ").join(different.get(name) or SQL.identifier('crm_lead', name) for name in names), count, lead.id))
    env.cr.execute(SQL(LIVES, rows=ROWS, first_id=lead.id, stages=stages.ids, stage_count=STAGES))
    vacuum(side, 'crm_lead', 'crm_lead_history')


def vacuum(side, *tables):
    side.cr.commit()  # the database is dropped in the end
    side.cr._cnx.autocommit = True
    for table in tables:
        side.cr.execute(SQL("VACUUM ANALYZE %s", SQL.identifier(table)))
    side.cr._cnx.autocommit = False
    side.env.invalidate_all()


def measure(side, title, function, rounds):
    runs = [side.run(function) for _round in range(rounds + 1)][1:]
    seconds, queries = (statistics.median(values) for values in zip(*runs, strict=True))
    print(f'{title:52} {seconds * 1000:9.1f} ms {queries:6.0f} q', flush=True)


def measure_figures(side, rounds):
    def leads(side):
        return side.env(user=side.env.ref('base.user_admin').id)['crm.lead']

    def history(side):
        return side.env(user=side.env.ref('base.user_admin').id)['crm.lead.history']

    [[now]] = side.env.execute_query(SQL("SELECT now() AT TIME ZONE 'UTC'"))
    [[quarter]] = side.env.execute_query(SQL("SELECT now() AT TIME ZONE 'UTC' - interval '90 days'"))
    team = [('team_id', '=', side.teams[0].id)]
    stage = side.stages[2].id
    changes = history(side).get_pipeline_changes([], quarter, now)
    for title, function in (
        ('funnel', lambda side: leads(side).get_funnel()),
        ('funnel, one team', lambda side: leads(side).get_funnel(team)),
        ('funnel, began in 90 days', lambda side: leads(side).get_funnel(date_from=quarter)),
        ('who reached a stage, counted', lambda side: leads(side).search_count(
            [('active', 'in', [True, False]), ('reached_stage_ids', 'in', [stage])])),
        ('changes in 90 days', lambda side: history(side).get_pipeline_changes([], quarter, now)),
        ('changes in 90 days, one team', lambda side: history(side).get_pipeline_changes(team, quarter, now)),
        ('what was raised, a page', lambda side: history(side).search(changes['new']['domain'], limit=80)),
        ('stage flow', lambda side: history(side).get_stage_flow()),
        ('velocity in 90 days', lambda side: history(side).get_sales_velocity(date_from=quarter)),
        ('nightly comparison, nothing to do', lambda side: side.env['crm.lead.history']._get_unrecorded_ids()),
    ):
        measure(side, title, function, rounds)


def compare_moves(sides, rounds):
    """Measure moves beside plain Odoo, to the end of the transaction."""
    for side in sides:
        side.stages = side.env['crm.stage'].create([{'name': name, 'sequence': 900} for name in ("From", "To")])
        side.leads = side.env['crm.lead'].with_context(tracking_disable=True).create([
            {'name': f"Deal {number}", 'type': 'opportunity', 'stage_id': side.stages[0].id} for number in range(1000)])
        side.cr.flush()
    for size in (1, 80, 1000):
        for tracking in (True, False):
            def move(side, size=size, tracking=tracking):
                side.leads[:size].with_context(tracking_disable=not tracking).write({'stage_id': side.stages[1].id})
            compare(f'move {size}{"" if tracking else ", tracking off"}', sides, move, rounds=rounds)


def measure_installation(side):
    """Print how long the past of all opportunities takes to be reconstructed, five tracked changes each."""
    history, env = side.env['crm.lead.history'], side.env
    env.cr.execute(SQL(
        TRACKED, rows=ROWS, first_id=side.first_id, stages=side.stages.ids, subtype_id=env.ref('crm.mt_lead_stage').id,
        author_id=env.user.partner_id.id, field_id=env['ir.model.fields']._get('crm.lead', 'stage_id').id))
    vacuum(side, 'mail_message', 'mail_tracking_value')
    started = time.perf_counter()
    history._start()
    side.cr.commit()
    installed = time.perf_counter()
    while history._rebuild_chunk():
        side.cr.commit()
    done = time.perf_counter()
    [[leads, rows]] = env.execute_query(SQL("SELECT count(DISTINCT lead_id), count(*) FROM crm_lead_history"))
    print(f'{leads} opportunities, {rows} rows: history begun after {installed - started:.1f} s, '
          f'reconstructed after {done - started:.1f} s')


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--rounds', type=int, default=7)
    parser.add_argument('--count', type=int, default=COUNT, help='opportunities, such as 1000000')
    parser.add_argument('--moves', action=argparse.BooleanOptionalAction, default=True, help='measure moves beside plain Odoo')
    parser.add_argument('--installation', action=argparse.BooleanOptionalAction, default=True, help='measure the reconstruction')
    arguments = parser.parse_args()
    plain, side = open_sides()
    if arguments.moves:
        with plain.undone(), side.undone():
            compare_moves((plain, side), arguments.rounds)
    prepare(side, arguments.count)
    measure_figures(side, arguments.rounds)
    if arguments.installation:
        measure_installation(side)


if __name__ == '__main__':
    main()
