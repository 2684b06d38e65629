"""Pages of the pipeline: cards and rows beside plain Odoo, and the size of what is sent."""
import argparse
import json

from gate import require
from sides import compare, open_sides

from odoo.fields import Command

STAGES = 4
VIEWS = {'kanban': 'crm.crm_case_kanban_view_leads', 'list': 'crm.crm_case_tree_view_oppor'}
CARDS_OF_A_STAGE = 80


def prepare(side, count):
    """Make opportunities of several customers, teams and salespeople in four stages; each lacks two or three of ten."""
    env = side.env
    side.stages = env['crm.stage'].create([
        {'name': f"Benchmark {number}", 'sequence': 500 + number} for number in range(STAGES + 1)])
    partners = env['res.partner'].create([{'name': f"Customer {number}"} for number in range(50)])
    tags = env['crm.tag'].create([{'name': f"Benchmark {number}"} for number in range(12)])
    side.user = env.ref('base.user_admin')
    env['crm.lead'].with_context(tracking_disable=True).create([
        {
            'name': f"Deal {number}", 'type': 'opportunity', 'stage_id': side.stages[number % STAGES].id,
            'user_id': side.user.id, 'partner_id': partners[number % 50].id, 'phone': number % 3 and f"09{number:08}",
            'tag_ids': [Command.set(tags[number % 12].ids)], 'expected_revenue': 5 * (number % 4),
            'date_deadline': '2030-01-31',
        }
        for number in range(count)
    ])
    if 'crm.stage.requirement' in env:
        require(side)  # of the second stage, and so of all that follow
    env.flush_all()


def read_page(view_type):
    """Return the call with which the web client shows a page."""
    def run(side):
        leads = side.env['crm.lead'].with_user(side.user).with_context(lang='en_US')
        names = leads.get_view(leads.env.ref(VIEWS[view_type]).id, view_type)['models']['crm.lead']
        specification = {
            name: {'fields': {'display_name': {}}} if leads._fields[name].relational else {} for name in names}
        domain = [('stage_id', 'in', side.stages[:STAGES].ids)]
        if view_type == 'list':
            return leads.web_search_read(domain, specification, limit=CARDS_OF_A_STAGE)
        return leads.web_read_group(
            domain, ['stage_id'], ['expected_revenue:sum'], auto_unfold=True, unfold_read_specification=specification,
            unfold_read_default_limit=CARDS_OF_A_STAGE)
    return run


def show_size(title, sides, function):
    sizes = []
    for side in sides:
        with side.undone():
            sizes.append(len(json.dumps(function(side), default=str)) / 1000)
    plain, ours = sizes
    print(f'{title:44} plain {plain:9.0f} KB            ours {ours:9.0f} KB            size ratio {ours / plain:.2f}', flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--rounds', type=int, default=15)
    parser.add_argument('--count', type=int, default=2000, help='opportunities in the pipeline')
    arguments = parser.parse_args()
    sides = open_sides()
    for side in sides:
        prepare(side, arguments.count)
    titles = {'kanban': f'kanban page, {STAGES * CARDS_OF_A_STAGE} cards, 10 requirements', 'list': 'list page, 80 rows'}
    for view_type, title in titles.items():
        compare(title, sides, read_page(view_type), rounds=arguments.rounds)
        show_size(title, sides, read_page(view_type))


if __name__ == '__main__':
    main()
