"""Missing Information over a large pipeline: its page, count and groups, and the counts of each requirement."""
import argparse
import statistics

from gate import require
from sides import open_sides

from odoo.tools import SQL

STAGES = 5
DOMAIN = [('type', '=', 'opportunity'), ('missing_requirement_ids', '!=', False)]


def prepare(side, count):
    """Make a pipeline in which about one in twenty opportunities lacks something, and commit it."""
    env = side.env
    stages = side.stages = env['crm.stage'].create([
        {'name': f"Benchmark {number}", 'sequence': 500 + number} for number in range(STAGES)])
    env['res.partner'].create([{'name': f"Customer {number}"} for number in range(1000)])
    lead = env['crm.lead'].create({
        'name': "Deal", 'type': 'opportunity', 'stage_id': stages[0].id, 'user_id': env.ref('base.user_admin').id,
        'phone': "0912 345 678", 'expected_revenue': 5, 'date_deadline': '2030-01-31',
    })
    env.flush_all()
    different = {
        'stage_id': SQL("%s + number %% %s", stages[0].id, STAGES),
        'phone': SQL("CASE WHEN number %% 21 = 0 THEN ' ' ELSE '0912 345 678' END"),
        'priority': SQL("(number %% 4)::text"),
    }
    names = [
        name for name, field in lead._fields.items() if field.store and field.column_type and name != 'id']
    env.execute_query(SQL(
        "INSERT INTO crm_lead (%s) SELECT %s FROM crm_lead, generate_series(1, %s) AS number WHERE id = %s RETURNING NULL",
        SQL(", ").join(map(SQL.identifier, names)),
        SQL(", ").join(different.get(name) or SQL.identifier('crm_lead', name) for name in names), count, lead.id))
    require(side)
    env.flush_all()
    side.cr.commit()  # the database is dropped in the end
    side.cr._cnx.autocommit = True
    side.cr.execute("VACUUM ANALYZE crm_lead")
    side.cr._cnx.autocommit = False


def search_page(side):
    return side.env['crm.lead'].web_search_read(DOMAIN, {'name': {}, 'stage_id': {}}, limit=80, count_limit=10_001)


def count(side):
    return side.env['crm.lead'].search_count(DOMAIN)


def group(side):
    return side.env['crm.lead'].formatted_read_group(DOMAIN, ['stage_id', 'user_id'], ['__count', 'expected_revenue:sum'])


def count_each(side):
    return side.env['crm.stage.requirement'].search([]).mapped('lacking_count')


def open_lacking(side):
    requirement = side.env['crm.stage.requirement'].search([('stage_id', '=', side.stages[1].id)], limit=1)
    return requirement.action_open_lacking()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--rounds', type=int, default=5)
    parser.add_argument('--count', type=int, default=10_000, help='opportunities, such as 1000000')
    arguments = parser.parse_args()
    _plain, side = open_sides()
    prepare(side, arguments.count)
    for title, function in (
        ('page of 80, with its count', search_page), ('count', count), ('groups by stage and salesperson', group),
        ('counts of 10 requirements', count_each), ('action of a requirement', open_lacking),
    ):
        runs = [side.run(function) for _round in range(arguments.rounds + 1)][1:]
        seconds, queries = (statistics.median(values) for values in zip(*runs, strict=True))
        print(f'{title:44} of {arguments.count:9} {seconds * 1000:9.1f} ms {queries:6.0f} q', flush=True)


if __name__ == '__main__':
    main()
