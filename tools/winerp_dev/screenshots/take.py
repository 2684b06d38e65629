"""Take the pictures of a server that runs, for ./dev screenshots. Runs in a Python with Playwright."""
import fnmatch
import json
import sys
from pathlib import Path

import yaml
from PIL import Image
from playwright.sync_api import Error, sync_playwright

SHOTS = Path(__file__).with_name('shots.yaml')
DEMO_PASSWORD = 'banhang123'  # of all salespeople of the demo data
PATIENCE = 20_000  # milliseconds for what is waited for
STILL = "html *, html *::before, html *::after { animation: none !important; transition: none !important; }"
LOADED = """() => !document.querySelector(".o_loading_indicator, .o_blockUI")
    && [...document.images].every((image) => image.complete || !image.getClientRects().length)"""


def main():
    job = json.load(sys.stdin)
    book = yaml.safe_load(SHOTS.read_text(encoding='utf-8'))
    failures = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=job['browser'], args=['--force-color-profile=srgb', '--font-render-hinting=none'])
        for device, options in book['devices'].items():
            wanted = {name: shot for name, shot in book['shots'].items() if device in shot.get('devices', [device])
                      and any(fnmatch.fnmatch(name, pattern) for pattern in job['names'])}
            users = {login: User(browser, job, login, options)
                     for login in {'admin', *(shot['login'] for shot in wanted.values())}}
            for language, code in book['languages'].items():
                for user in users.values():
                    user.call('res.users', 'write', [user.id], {'lang': code})
                for theme in job['themes']:
                    for name, shot in wanted.items():
                        path = Path(job['target'], f'{language}-{theme}-{device}', f'{name}.png')
                        failures += users[shot['login']].take(shot, path, theme)
                        if 'undo' in shot:
                            users['admin'].call(*_filled(shot['undo'], job['ids']))
            for user in users.values():
                user.context.close()
    if job['publish'] and not failures:
        publish(book['published'], Path(job['target']), Path(job['publish']))
    return 1 if failures else 0


def _filled(value, ids):
    """Return a part of shots.yaml with the ids of the demo data in it."""
    if isinstance(value, str):
        text = value.format(**ids)
        return int(text) if text.isdigit() else text
    if isinstance(value, dict):
        return {key: _filled(item, ids) for key, item in value.items()}
    return [_filled(item, ids) for item in value]


class User:
    """Somebody who is logged in, with a page on a device."""

    def __init__(self, browser, job, login, options):
        self.url, self.ids = job['url'], job['ids']
        self.context = browser.new_context(base_url=self.url, reduced_motion='reduce', **options)
        self.context.set_default_timeout(PATIENCE)
        self.page = self.context.new_page()
        self.complaints = []
        self.page.on('pageerror', lambda error: self.complaints.append(str(error)))
        self.page.on('console', lambda message: message.type in ('error', 'warning')
                     and self.complaints.append(message.text))
        self.id = self._post('/web/session/authenticate', db=job['database'], login=login,
                             password='admin' if login == 'admin' else DEMO_PASSWORD)['uid']

    def _post(self, path, **params):
        answer = self.context.request.post(path, data={'jsonrpc': '2.0', 'params': params}).json()
        if 'error' in answer:
            raise RuntimeError(answer['error']['data']['message'])
        return answer['result']

    def call(self, model, method, *args):
        return self._post(f'/web/dataset/call_kw/{model}/{method}', model=model, method=method, args=args, kwargs={})

    def take(self, shot, path, theme):
        """Take one picture; return what went wrong and what the browser's console had to say."""
        self.context.add_cookies([{'name': 'color_scheme', 'value': theme, 'url': self.url}])
        self.complaints.clear()
        problems = []
        try:
            self.page.goto(_filled(shot['path'], self.ids))
            self.page.add_style_tag(content=STILL)
            self.follow(shot['steps'])
            self.wait_until_loaded()
        except Error as error:
            problems.append(error.message)
        self.page.screenshot(path=path, animations='disabled', caret='hide')
        problems += self.complaints
        self.page.goto('about:blank')  # ends its requests, or the server waits for them
        print(f'{path.parent.name}/{path.name}', *problems, sep='\n    ', flush=True)
        return problems

    def follow(self, steps):
        for step in steps:
            if isinstance(step, list):
                self.follow(step)
                continue
            (verb, what), = step.items()
            if verb == 'type':
                self.page.keyboard.insert_text(what)
            elif verb == 'run':
                self.page.evaluate(what)
            elif verb == 'drag':
                self.wait_until_loaded()
                self._first(what[0]).drag_to(self._first(what[1]), steps=10)
            else:
                getattr(self._first(what), {'find': 'wait_for'}.get(verb, verb))()

    def _first(self, selector):
        return self.page.locator(selector).filter(visible=True).first

    def wait_until_loaded(self):
        """Wait until nothing is being loaded, and what follows a response (renderings, images) is there too."""
        for milliseconds in (400, 0):
            self.page.wait_for_function(LOADED)
            self.page.wait_for_timeout(milliseconds)


def publish(published, source, repository):
    """Put the pictures that the store pages and READMEs show into the add-ons."""
    for addon, pictures in published.items():
        for name, (shot, language, device) in pictures.items():
            compress(source / f'{language}-light-{device}' / f'{shot}.png', repository / addon / 'static/description' / name)


def compress(source, target):
    """Write a PNG with 256 colors: a quarter of the size, and screens like ours look the same."""
    image = Image.open(source).convert('RGB')
    if image.width < image.height:  # a phone's, taken with two dots for one
        image = image.resize((image.width * 3 // 4, image.height * 3 // 4), Image.Resampling.LANCZOS)
    image.quantize(256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(target, 'PNG', optimize=True)
    print(f'{target.name} ({target.stat().st_size / 1000:.0f} kB)')


if __name__ == '__main__':
    sys.exit(main())
