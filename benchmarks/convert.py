"""Opportunities to confirmed orders: our wizard against two ways over plain Odoo.

For N won opportunities, each of another customer, with chatter, tracking, followers and a pricelist with rules, three ways
of what is ordered:

- template: a salesperson's own, with a quotation template of three lines;
- product: the same, with a product that the company chose, at the expected revenue;
- team: a manager's, of five salespeople, without templates, with the product that comes with the add-on.

And who makes the orders:

- loop: plain Odoo, one create and one action_confirm per opportunity;
- batch: plain Odoo, one create and one action_confirm for all;
- ours: the wizard, from its creation to the last chunk: customers looked up, rows locked, everything checked again,
  notes carried over, links in both chatters.

Then what it costs to open the wizard over them: its creation, and what the page reads; beside it, what plain Odoo reads to
open the list of the same opportunities.

The ways take turns, each in a transaction that is rolled back, so that none finds a bigger database than the others.

With ``--without MODEL:METHOD``, ours is compared with itself without that method of ours: what Odoo has below it is
called, or what is ours alone answers ``{}``. So it shows whether what is there for speed is worth it.
"""
import argparse
import contextlib
import gc
import os
import statistics
import time
from unittest.mock import patch

import psycopg2
from lxml import etree

import odoo
from odoo import Command, api
from odoo.modules.registry import Registry
from odoo.tools import config

ROUNDS = {1: 5, 100: 3}
CASES = {'template': 3, 'product': 1, 'team': 1}  # how many lines an order has


def main():
    arguments = parse_arguments()
    config.parse_config(['--no-http', '--log-level=error'])
    with contextlib.ExitStack() as stack:
        ours = Registry(os.environ['BENCH_DATABASE'])
        ways, openings = [('ours', ours, order_with_wizard)], [('wizard', ours, open_wizard)]
        if not arguments.without:
            plain = Registry(stack.enter_context(copied(os.environ['BENCH_PLAIN'])))
            ways[:0] = [('loop', plain, order_in_a_loop), ('batch', plain, order_in_batch)]
            openings[:0] = [('list', plain, open_list)]
        for name in arguments.without:
            ways.append((f'-{name.rpartition(":")[2]}', ours, without(ours, name, order_with_wizard)))
        print(f"{'case':9}{'N':>5} {'way':24} {'queries':>8} {'each':>6} {'CPU ms each':>12} {'of the first':>12} "
              f"{'wall ms each':>13} {'of the first':>12}")
        for size in arguments.sizes:
            for case in CASES:
                report(case, size, ways, arguments.rounds)
            report('opening', size, openings, arguments.rounds)


def parse_arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument('sizes', nargs='*', type=int, metavar='N', default=[1, 100, 1000])
    parser.add_argument('--without', action='append', default=[], metavar='MODEL:METHOD')
    parser.add_argument('--rounds', type=int, help='how often each way is measured')
    return parser.parse_args()


def report(case, size, ways, rounds):
    for _name, registry, way in ways:
        measure(registry, way, case, min(size, 3))  # warm caches are what a server has
    samples = {name: [] for name, *_rest in ways}
    for _round in range(rounds or ROUNDS.get(size, 1)):
        for name, registry, way in ways:
            samples[name].append(measure(registry, way, case, size))
    medians = {name: [statistics.median(values) for values in zip(*measured, strict=True)] for name, measured in samples.items()}
    _queries, first_cpu, first_wall = next(iter(medians.values()))
    for name, (queries, cpu, wall) in medians.items():
        print(f'{case:9}{size:5} {name:24} {queries:8.0f} {queries / size:6.1f} {cpu / size * 1000:12.1f} {cpu / first_cpu:12.2f}'
              f' {wall / size * 1000:13.1f} {wall / first_wall:12.2f}', flush=True)


def measure(registry, way, case, size):
    """Return the queries, CPU seconds and wall seconds of one way, up to what a commit would still do."""
    with registry.cursor() as cr:
        env = api.Environment(cr, api.SUPERUSER_ID, {})
        leads = prepare(env, case, size)
        env.invalidate_all()
        gc.collect()
        queries, cpu, wall = cr.sql_log_count, time.process_time(), time.perf_counter()
        way(leads)
        leads.env.flush_all()
        cr.precommit.run()  # tracking is written here
        result = cr.sql_log_count - queries, time.process_time() - cpu, time.perf_counter() - wall
        if case in CASES:
            orders = env['sale.order'].search([('opportunity_id', 'in', leads.ids)])
            assert len(orders) == size and set(orders.mapped('state')) == {'sale'}, (len(orders), size)
            assert all(len(order.order_line) == CASES[case] for order in orders)
        cr.rollback()
        return result


def prepare(env, case, size):
    company = env['res.company'].create({'name': "Benchmark", 'currency_id': env.ref('base.VND').id})
    env.ref('base.VND').active = True
    users = env['res.users'].with_context(no_reset_password=True).create([{
        'name': f"Benchmark {number}", 'login': f'benchmark_{number}', 'company_id': company.id, 'company_ids': company.ids,
        'group_ids': [Command.set([env.ref(group).id for group in (
            'base.group_partner_manager', 'sales_team.group_sale_salesman' if number else 'sales_team.group_sale_manager')])],
    } for number in range(6)])
    is_team = case not in ('template', 'product')
    products = env['product.product'].create([
        {'name': f"Benchmark {number}", 'list_price': 1000000, 'taxes_id': False} for number in range(3)])
    env['product.pricelist'].create({
        'name': "Benchmark", 'company_id': company.id, 'currency_id': company.currency_id.id,
        'item_ids': [
            Command.create({
                'applied_on': '0_product_variant', 'product_id': product.id, 'min_quantity': 10,
                'compute_price': 'percentage', 'percent_price': 5,
            }) for product in products
        ],
    })
    if case == 'template':
        company.sale_order_template_id = env['sale.order.template'].create({
            'name': "Benchmark", 'company_id': company.id,
            'sale_order_template_line_ids': [
                Command.create({'product_id': product.id, 'product_uom_qty': 2}) for product in products],
        })
    elif case == 'product' and 'crm_order_product_id' in company:
        company.crm_order_product_id = products[0]
    partners = env['res.partner'].create([{'name': f"Benchmark {number}"} for number in range(size)])
    stage = env['crm.stage'].create({'name': "Benchmark", 'is_won': True, 'sequence': -999})
    leads = env['crm.lead'].create([{
        'name': partner.name, 'type': 'opportunity', 'partner_id': partner.id, 'team_id': False,
        'user_id': users[number % 5 + 1 if is_team else 1].id,
        'company_id': company.id, 'stage_id': stage.id, 'expected_revenue': 4000000, 'description': "<p>Benchmark</p>",
    } for number, partner in enumerate(partners)])
    env.flush_all()
    env.cr.precommit.run()
    user = users[0 if is_team else 1]
    return leads.with_env(api.Environment(env.cr, user.id, {'allowed_company_ids': company.ids}))


def prepare_values(lead):
    template = lead.company_id.sale_order_template_id
    lines = [line._prepare_order_line_values() for line in template.sale_order_template_line_ids] or [
        {'name': lead.name, 'product_id': lead.env['product.product'].search([('name', '=', "Benchmark 0")], limit=1).id,
         'price_unit': lead.expected_revenue}]
    return {
        'opportunity_id': lead.id, 'partner_id': lead.partner_id.id, 'company_id': lead.company_id.id,
        'origin': lead.name, 'user_id': lead.user_id.id, 'sale_order_template_id': template.id,
        'order_line': [Command.create(values) for values in lines],
    }


def order_in_a_loop(leads):
    for lead in leads:
        lead.env['sale.order'].create(prepare_values(lead)).action_confirm()


def order_in_batch(leads):
    leads.env['sale.order'].create([prepare_values(lead) for lead in leads]).action_confirm()


def order_with_wizard(leads):
    wizard = leads.env['crm.lead.convert.order'].create({'lead_ids': [Command.set(leads.ids)]})
    lines, chunk = wizard.line_ids, wizard._get_chunk_size()
    for start in range(0, len(lines), chunk):
        wizard._convert_lines(lines[start:start + chunk])
        wizard.env.flush_all()
        wizard.env.cr.precommit.run()  # as a commit after each chunk does
        wizard.env.invalidate_all()  # as action_convert does after it


def open_wizard(leads):
    action = leads.action_convert_to_orders()
    wizard = leads.env[action['res_model']].browse(action['res_id'])
    arch = etree.fromstring(wizard.get_views([(False, 'form')])['views']['form']['arch'])
    wizard.env.flush_all()
    wizard.env.invalidate_all()  # the page is read by a request of its own
    wizard.web_read(read_specification(wizard, arch))


def open_list(leads):
    arch = etree.fromstring(leads.get_views([(False, 'list')])['views']['list']['arch'])
    leads.web_search_read([('id', 'in', leads.ids)], read_specification(leads, arch), limit=80)


def read_specification(model, arch):
    """Return what the web client reads for a view."""
    specification, depth = {}, len(arch.xpath('ancestor::field'))
    for node in arch.xpath(".//field[count(ancestor::field) = $depth]", depth=depth):
        field, lines = model._fields[node.get('name')], node.find('list')
        specification[field.name] = {}
        if field.type == 'many2one':
            specification[field.name]['fields'] = {'display_name': {}}
        elif lines is not None:
            specification[field.name].update(
                fields=read_specification(model.env[field.comodel_name], lines), limit=int(lines.get('limit', 40)))
    return specification


def without(registry, name, way):
    """Return the way as it is without a method of ours."""
    model, _colon, method = name.partition(':')
    mro = registry[model].__mro__
    ours = next(cls for cls in mro if method in vars(cls) and cls.__module__.startswith('odoo.addons.winerp_'))
    below = next((vars(cls)[method] for cls in mro[mro.index(ours) + 1:] if method in vars(cls)), lambda self: {})

    def way_without(leads):
        with patch.object(ours, method, below):
            way(leads)
    return way_without


@contextlib.contextmanager
def copied(database):
    """Copy a database and drop the copy in the end."""
    name = f'{database}_convert_benchmark'
    connection = psycopg2.connect(**odoo.sql_db.connection_info_for('postgres')[1])
    connection.autocommit = True
    with connection.cursor() as cr:
        cr.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cr.execute(f'CREATE DATABASE "{name}" TEMPLATE "{database}"')
        try:
            yield name
        finally:
            odoo.sql_db.close_db(name)
            cr.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    connection.close()


if __name__ == '__main__':
    main()
