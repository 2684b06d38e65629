"""Take the pictures of a server that runs. Runs in the Python that has Odoo's packages, for ./dev screenshots."""
import fnmatch
import json
import sys
from pathlib import Path

import requests

from ..console import say, warn
from . import chromium, shots

PASSWORDS = {'admin': 'admin'}
DEMO_PASSWORD = 'banhang123'  # of all salespeople of the demo data


class Client:
    """A user's session on the server."""

    def __init__(self, url, database, login):
        self.url = url
        self._session = requests.Session()
        password = PASSWORDS.get(login, DEMO_PASSWORD)
        result = self._post('/web/session/authenticate', db=database, login=login, password=password)
        self.uid = result['uid']

    @property
    def cookie(self):
        return self._session.cookies['session_id']

    def _post(self, path, **params):
        answer = self._session.post(f'{self.url}{path}', json={'jsonrpc': '2.0', 'params': params}, timeout=60).json()
        if 'error' in answer:
            raise RuntimeError(answer['error']['data']['message'])
        return answer['result']

    def call(self, model, method, *args):
        return self._post(f'/web/dataset/call_kw/{model}/{method}', model=model, method=method, args=args, kwargs={})


def main():
    job = json.load(sys.stdin)
    url, database, ids, target = job['url'], job['database'], job['ids'], Path(job['target'])
    wanted = [shot for shot in shots.SHOTS if any(fnmatch.fnmatch(shot.name, pattern) for pattern in job['names'])]
    clients = {login: Client(url, database, login) for login in {'admin', *(shot.login for shot in wanted)}}
    failures = 0
    for device, metrics in shots.DEVICES.items():
        with chromium.opened() as page:
            page.emulate(**metrics)
            for language, code in shots.LANGUAGES.items():
                for client in clients.values():
                    client.call('res.users', 'write', [client.uid], {'lang': code})
                for theme in job['themes']:
                    folder = target / f'{language}-{theme}-{device}'
                    folder.mkdir(parents=True, exist_ok=True)
                    for shot in wanted:
                        if device in shot.devices:
                            page.set_cookies(url, session_id=clients[shot.login].cookie, color_scheme=theme)
                            failures += not take(page, shot, f'{url}{shot.path.format(**ids)}', folder)
                            if shot.undo:
                                shot.undo(clients['admin'], ids)
    return 1 if failures else 0


def take(page, shot, url, folder):
    """Take one picture; return whether that worked and the browser's console had nothing to say."""
    page.complaints.clear()
    path = folder / f'{shot.name}.png'
    problem = None
    page.open(url)
    try:
        shot.steps(page)
        page.settle()
    except chromium.Timeout as timeout:
        problem = timeout
    path.write_bytes(page.picture())
    for text in [problem, *page.complaints]:
        if text:
            warn(f'{path.parent.name}/{path.name}: {text}')
    say(f'{path.parent.name}/{path.name}')
    return not problem and not page.complaints


if __name__ == '__main__':
    sys.exit(main())
