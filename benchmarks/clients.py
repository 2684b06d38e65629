"""Eight clients who drop cards into a stage with automatic probability at once, against two workers, beside plain Odoo."""
import argparse
import contextlib
import http.client
import json
import statistics
import subprocess
import threading
import time

from winerp_dev import ports
from winerp_dev.testing import scratch_database

CLIENTS = 8
WORKERS = 2

# The leads of each client, in a stage from which they are dropped into the ticked one.
PREPARE = """
import json, sys, types
sys.path.insert(0, 'benchmarks')
from probability import prepare
side = types.SimpleNamespace(env=env)
prepare(side, {count})
view = env['crm.lead'].get_view(env.ref('crm.crm_case_kanban_view_leads').id, 'kanban')
fields = env['crm.lead']._fields
print('PREPARED' + json.dumps({{
    'leads': side.leads.ids, 'stages': side.stages.ids,
    'specification': {{
        name: {{'fields': {{'display_name': {{}}}}}} if fields[name].relational else {{}}
        for name in view['models']['crm.lead'] if name in fields
    }},
}}))
env.cr.commit()
"""


class Server:
    """An Odoo with workers on a database of its own."""

    def __init__(self, database, prepared):
        self.database, self.prepared = database, prepared
        self.port = ports.any_free()
        command = database.environment.odoo_command(
            '-d', database.name, f'--workers={WORKERS}', '--max-cron-threads=0', '--log-level=error',
            f'--http-port={self.port}', f'--gevent-port={ports.any_free()}')
        self.process = subprocess.Popen(command, env=database.environment.variables(database.ours))

    def log_in(self):
        """Return the headers of a session."""
        for _attempt in range(100):
            with contextlib.suppress(ConnectionError):
                answer = self.call({}, '/web/session/authenticate', db=self.database.name, login='admin', password='admin')
                return {'Cookie': answer.headers['Set-Cookie'].partition(';')[0]}
            time.sleep(0.2)
        raise TimeoutError("Odoo does not answer")

    def call(self, headers, path, **params):
        # By hand: the clients share the machine with the server, and should take little of it.
        connection = http.client.HTTPConnection(ports.HOST, self.port)
        body = json.dumps({'jsonrpc': '2.0', 'method': 'call', 'params': params})
        connection.request('POST', path, body, {'Content-Type': 'application/json', **headers})
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        if answer.status != 200 or b'"error":' in text:
            raise RuntimeError(text)
        return answer

    def drop(self, headers, lead_id):
        self.call(
            headers, '/web/dataset/call_kw/crm.lead/web_save', model='crm.lead', method='web_save',
            args=[[lead_id], {'stage_id': self.prepared['stages'][1]}],
            kwargs={'specification': self.prepared['specification'], 'context': {'lang': 'en_US', 'tz': 'Asia/Ho_Chi_Minh'}})

    def put_back(self):
        before, ticked = self.prepared['stages'][:2]
        self.database.sql(f"UPDATE crm_lead SET stage_id = {before} WHERE stage_id = {ticked}")

    def measure(self, sessions):
        """Return the requests per second of all clients together."""
        leads = self.prepared['leads']

        def work(number):
            for lead_id in leads[number::CLIENTS]:
                self.drop(sessions[number], lead_id)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(CLIENTS)]
        started = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        seconds = time.perf_counter() - started
        moved = self.database.sql(f"SELECT count(*) FROM crm_lead WHERE stage_id = {self.prepared['stages'][1]}")
        if moved != [[str(len(leads))]]:
            raise RuntimeError(f"{moved} of {len(leads)} were moved")
        return len(leads) / seconds


@contextlib.contextmanager
def serving(*, ours, count):
    with scratch_database(ours=ours) as database:
        output = database.odoo(script=PREPARE.format(count=count))
        prepared = json.loads(output.partition('PREPARED')[2].splitlines()[0])
        server = Server(database, prepared)
        try:
            yield server
        finally:
            server.process.terminate()
            server.process.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--rounds', type=int, default=5)
    parser.add_argument('--cards', type=int, default=400, help='cards dropped in a round')
    arguments = parser.parse_args()
    with serving(ours=False, count=arguments.cards) as plain, serving(ours=True, count=arguments.cards) as ours:
        sides = {'plain': plain, 'ours': ours}
        sessions = {name: [server.log_in() for _client in range(CLIENTS)] for name, server in sides.items()}
        results = {name: [] for name in sides}
        for number in range(arguments.rounds + 1):
            for name, server in sides.items():
                rate = server.measure(sessions[name])
                server.put_back()
                if number:  # the first one warms up
                    results[name].append(rate)
    rates = {name: statistics.median(values) for name, values in results.items()}
    print(f"{CLIENTS} clients, {WORKERS} workers: plain {rates['plain']:.1f} requests/s, ours {rates['ours']:.1f} requests/s, "
          f"{rates['ours'] / rates['plain']:.2f} times")


if __name__ == '__main__':
    main()
