"""A real Odoo server on a scratch database, and clients of it, for tests in which several requests meet."""
import contextlib
import http.client
import json
import threading
import time
import xmlrpc.client
from tempfile import TemporaryFile

from winerp_dev import ports, process, settings

STARTING_TIME = 60  # seconds


class Refusal(Exception):
    """What a server answers instead of a result.

    :param str name: the exception's class, with its module where the protocol tells it
    """

    def __init__(self, name, message):
        super().__init__(f'{name}: {message}')
        self.name = name
        self.message = message


def split_arguments(ids, arguments):
    """Return what the older protocols take: a list and a dictionary; they want the values of a create in the list."""
    arguments = dict(arguments)
    positional = [ids] if ids else []
    if 'vals_list' in arguments:
        positional.append(arguments.pop('vals_list'))
    return positional, arguments


class Json2:
    """Calls through /json/2; each thread has its own connection."""

    def __init__(self, server, user):
        self.server, self.key = server, user['key']
        self.connection = http.client.HTTPConnection(ports.HOST, server.port, timeout=60)

    def call(self, model, method, ids=(), **arguments):
        body = {**({'ids': ids} if ids else {}), **arguments}
        status, answer = self._post(f'/json/2/{model}/{method}', body, {
            'Authorization': f'Bearer {self.key}', 'X-Odoo-Database': self.server.database.name})
        if status != 200:
            raise Refusal(answer['name'], answer['message'])
        return answer

    def _post(self, path, body, headers):
        headers = {'Content-Type': 'application/json', **headers}
        try:
            self.connection.request('POST', path, json.dumps(body), headers)
            response = self.connection.getresponse()
        except (http.client.RemoteDisconnected, ConnectionError, BrokenPipeError):
            self.connection.close()  # a worker closes what has been idle; once more on a new connection
            self.connection.request('POST', path, json.dumps(body), headers)
            response = self.connection.getresponse()
        return response.status, json.loads(response.read())

    def close(self):
        self.connection.close()


class JsonRpc(Json2):
    """Calls through /jsonrpc, with the key in the place of a password."""

    def __init__(self, server, user):
        super().__init__(server, user)
        self.user_id = user['id']

    def call(self, model, method, ids=(), **arguments):
        _status, answer = self._post('/jsonrpc', {'params': {'service': 'object', 'method': 'execute_kw', 'args': [
            self.server.database.name, self.user_id, self.key, model, method, *split_arguments(ids, arguments),
        ]}}, {})
        if 'error' in answer:
            data = answer['error']['data']
            raise Refusal(data['name'], data['message'])
        return answer['result']


class XmlRpc:
    """Calls through /xmlrpc/2, which tells no exception's name: the gate's refusal is known by its words."""

    def __init__(self, server, user):
        self.arguments = (server.database.name, user['id'], user['key'])
        self.proxy = xmlrpc.client.ServerProxy(f'{server.url}/xmlrpc/2/object', allow_none=True)

    def call(self, model, method, ids=(), **arguments):
        try:
            return self.proxy.execute_kw(*self.arguments, model, method, *split_arguments(ids, arguments))
        except xmlrpc.client.Fault as fault:
            raise Refusal(f'fault {fault.faultCode}', fault.faultString[-1000:]) from None

    def close(self):
        self.proxy('close')()


PROTOCOLS = (Json2, JsonRpc, XmlRpc)


class LiveServer:
    def __init__(self, database, port, child, log):
        self.database, self.port, self.child, self._log = database, port, child, log
        self.url = f'http://{ports.HOST}:{port}'

    @property
    def log(self):
        self._log.seek(0)
        return self._log.read()

    def wait(self):
        """Wait until it answers with the database loaded."""
        end = time.monotonic() + STARTING_TIME
        while time.monotonic() < end and self.child.poll() is None:
            with contextlib.suppress(OSError, http.client.HTTPException):
                connection = http.client.HTTPConnection(ports.HOST, self.port, timeout=STARTING_TIME)
                connection.request('GET', '/web/login')
                response = connection.getresponse()
                response.read()
                if response.status == 200:
                    return
            time.sleep(0.2)
        raise AssertionError(f'Odoo did not start:\n{self.log[-4000:]}')


@contextlib.contextmanager
def live_server(database, workers):
    """Yield a server on the database: threads in one process (0 workers), or so many processes."""
    port = ports.any_free()
    with TemporaryFile('w+') as log:
        child = process.start(database.environment.odoo_command(
            '-d', database.name, f'--http-port={port}', f'--gevent-port={ports.any_free()}', f'--workers={workers}',
            '--max-cron-threads=0', '--log-level=warn', f'--db-filter=^{database.name}$',
        ), cwd=settings.REPOSITORY, env=database.environment.variables(database.ours), stdout=log, stderr=log)
        try:
            server = LiveServer(database, port, child, log)
            server.wait()
            yield server
        finally:
            process.stop(child)


class Background:
    """Clients that go on until the end of the block; what fails in them is kept in ``failures``."""

    def __init__(self):
        self.failures = []
        self._stopping = threading.Event()
        self._threads = []
        self.calls = 0

    def repeat(self, client, function):
        """Have a thread call ``function(client)`` again and again."""
        thread = threading.Thread(target=self._run, args=(client, function), daemon=True)
        self._threads.append(thread)
        thread.start()

    def _run(self, client, function):
        while not self._stopping.is_set():
            try:
                function(client)
            except Exception as error:
                self.failures.append(f'{type(client).__name__} {function.__name__}: {str(error)[-300:]}')
            self.calls += 1
        client.close()

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self._stopping.set()
        for thread in self._threads:
            thread.join(60)
