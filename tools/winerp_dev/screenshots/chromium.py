"""A browser that is driven through its DevTools protocol, with real input events. Needs websocket-client."""
import base64
import contextlib
import json
import shutil
import subprocess
import tempfile
import time

import requests
import websocket

from .. import browser

PATIENCE = 20  # seconds for what is waited for
SWITCHES = (
    '--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-extensions', '--no-first-run',
    '--disable-background-networking', '--hide-scrollbars', '--force-color-profile=srgb', '--font-render-hinting=none',
    '--remote-debugging-port=0', '--remote-allow-origins=*',
)
# Runs in every page before its own scripts. Nothing moves or blinks, so that pictures of the same are the same.
STILL = """
    document.addEventListener('DOMContentLoaded', () => {
        const style = document.createElement('style');
        style.textContent = `*, *::before, *::after {
            animation: none !important; transition: none !important; caret-color: transparent !important;
        }`;
        document.head.append(style);
    });
"""
# The box of the first visible element of a selector with a text, once it stands still; else null.
FIND = """
    (async (selector, text) => {
        const nodes = [...document.querySelectorAll(selector)];
        const node = nodes.find((el) => el.getClientRects().length && el.textContent.includes(text));
        if (!node) {
            return null;
        }
        node.scrollIntoView({ block: "nearest", inline: "nearest", behavior: "instant" });
        const box = () => {
            const { x, y, width, height } = node.getBoundingClientRect();
            return { x, y, width, height };
        };
        const before = JSON.stringify(box());
        await new Promise((resolve) => setTimeout(resolve, 60));
        return JSON.stringify(box()) === before ? box() : null;
    })(%s, %s)
"""
SETTLED = """
    (async () => {
        await document.fonts.ready;
        const images = [...document.images].filter((image) => image.getClientRects().length);
        return !document.querySelector(".o_loading_indicator, .o_blockUI") && images.every((image) => image.complete);
    })()
"""
KEYS = {'Enter': ('\r', 13), 'Escape': ('', 27), 'Tab': ('', 9)}


class Timeout(Exception):
    """What was waited for did not come."""


@contextlib.contextmanager
def opened():
    """Yield a :class:`Page` of a browser with a profile of its own."""
    profile = tempfile.mkdtemp(prefix='winerp_chromium_')
    program = next(filter(None, map(shutil.which, browser.NAMES)))
    process = subprocess.Popen(
        [program, *SWITCHES, f'--user-data-dir={profile}', 'about:blank'], stderr=subprocess.PIPE, text=True)
    try:
        page = Page(_socket_of(process))
        yield page
        page.command('Page.navigate', url='about:blank')  # ends its requests, or the server waits for them
    finally:
        process.terminate()
        process.wait()
        process.stderr.close()
        shutil.rmtree(profile, ignore_errors=True)


def _socket_of(process):
    for line in process.stderr:
        if 'DevTools listening on' in line:
            port = line.rpartition(':')[2].split('/')[0]
            targets = requests.get(f'http://127.0.0.1:{port}/json', timeout=PATIENCE).json()
            address = next(target['webSocketDebuggerUrl'] for target in targets if target['type'] == 'page')
            return websocket.create_connection(address, timeout=PATIENCE * 4)
    raise Timeout('the browser did not start')


class Page:
    """One tab. What its console complains about is collected in ``complaints``."""

    def __init__(self, socket):
        self._socket = socket
        self._number = 0
        self._is_touch = False
        self.complaints = []
        for domain in ('Page', 'Runtime', 'Log', 'Network'):
            self.command(f'{domain}.enable')
        self.command('Page.addScriptToEvaluateOnNewDocument', source=STILL)
        self.command('Emulation.setEmulatedMedia', features=[{'name': 'prefers-reduced-motion', 'value': 'reduce'}])

    def command(self, method, **params):
        self._number += 1
        self._socket.send(json.dumps({'id': self._number, 'method': method, 'params': params}))
        while True:
            message = json.loads(self._socket.recv())
            if message.get('id') == self._number:
                if 'error' in message:
                    raise RuntimeError(f"{method}: {message['error']['message']}")
                return message['result']
            self._note(message.get('method'), message.get('params', {}))

    def _note(self, event, params):
        if event == 'Runtime.exceptionThrown':
            details = params['exceptionDetails']
            self.complaints.append(details.get('exception', {}).get('description') or details['text'])
        elif event == 'Runtime.consoleAPICalled' and params['type'] in ('error', 'warning'):
            self.complaints.append(' '.join(str(arg.get('value', arg.get('description'))) for arg in params['args']))
        elif event == 'Log.entryAdded' and params['entry']['level'] == 'error':
            self.complaints.append(f"{params['entry']['text']} {params['entry'].get('url', '')}")

    def emulate(self, *, width, height, scale=1, touch=False):
        self._is_touch = touch
        self.command('Emulation.setDeviceMetricsOverride', width=width, height=height, deviceScaleFactor=scale, mobile=touch)
        self.command('Emulation.setTouchEmulationEnabled', enabled=touch)

    def set_cookies(self, url, **values):
        for name, value in values.items():
            self.command('Network.setCookie', name=name, value=value, url=url)

    def evaluate(self, expression):
        result = self.command('Runtime.evaluate', expression=expression, awaitPromise=True, returnByValue=True)
        if 'exceptionDetails' in result:
            raise RuntimeError(f"{expression}: {result['exceptionDetails']}")
        return result['result'].get('value')

    def wait(self, expression, what=None):
        """Wait until an expression is true, and return its value."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            with contextlib.suppress(RuntimeError):  # the page is being replaced
                if value := self.evaluate(expression):
                    return value
            time.sleep(0.1)
        raise Timeout(f'waited in vain for {what or expression}')

    def open(self, url):
        self.command('Page.navigate', url='about:blank')
        self.command('Page.navigate', url=url)

    def find(self, selector, text=''):
        """Wait until a visible element with the text stands still; return its middle."""
        box = self.wait(FIND % (json.dumps(selector), json.dumps(text)), f'{selector} {text}')
        return box['x'] + box['width'] / 2, box['y'] + box['height'] / 2

    def click(self, selector, text=''):
        x, y = self.find(selector, text)
        if self._is_touch:
            self.command('Input.dispatchTouchEvent', type='touchStart', touchPoints=[{'x': x, 'y': y}])
            self.command('Input.dispatchTouchEvent', type='touchEnd', touchPoints=[])
        else:
            self._mouse('mouseMoved', x, y)
            self._mouse('mousePressed', x, y, button='left', clickCount=1)
            self._mouse('mouseReleased', x, y, button='left', clickCount=1)

    def hover(self, selector, text=''):
        self._mouse('mouseMoved', *self.find(selector, text))

    def drag(self, source, target):
        """Drag from one place to another, each a selector and a text."""
        x, y = self.find(*source)
        self._mouse('mousePressed', x, y, button='left', clickCount=1)
        self._mouse('mouseMoved', x + 15, y + 15, button='left')
        to_x, to_y = self.find(*target)
        for step in range(1, 11):
            self._mouse('mouseMoved', x + (to_x - x) * step / 10, y + (to_y - y) * step / 10, button='left')
        self._mouse('mouseReleased', to_x, to_y, button='left', clickCount=1)

    def _mouse(self, kind, x, y, **params):
        self.command('Input.dispatchMouseEvent', type=kind, x=x, y=y, **params)

    def type(self, text):
        self.command('Input.insertText', text=text)

    def press(self, key):
        text, code = KEYS[key]
        for kind in ('keyDown', 'keyUp'):
            self.command('Input.dispatchKeyEvent', type=kind, key=key, code=key, windowsVirtualKeyCode=code,
                         **({'text': text} if text and kind == 'keyDown' else {}))

    def settle(self):
        """Wait until nothing is being loaded."""
        self.wait(SETTLED)
        time.sleep(0.4)  # what follows a response: renderings, and images that they ask for
        self.wait(SETTLED)

    def picture(self):
        """Return what is seen, as PNG."""
        return base64.b64decode(self.command('Page.captureScreenshot', format='png')['data'])
