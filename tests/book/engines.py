"""The built book in Firefox, in WebKit (Safari's engine) and in Chromium, worked in the same way.

Each engine opens a page and works it with a real mouse, keyboard and finger::

    tab = engine.tab(address, width=390, theme="dark")
    tab.evaluate("(name) => document.querySelector(name).textContent", ".nn-place")
    tab.drag(tab.middle(".nn-knob input"), (40, 0), (80, 0))
    tab.press("ArrowUp")
    tab.screenshot(path)

Pages come from `watched`, a server that puts `WATCHER` before each page's own scripts: what a page
does wrong is collected in the page, in every engine alike.
"""

import base64
import contextlib
import itertools
import json
import os
import subprocess
import tempfile
import threading
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

import websocket
from nudge_book.figures import FIGURES_READY
from selenium import webdriver
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.client_config import ClientConfig
from selenium.webdriver.remote.command import Command
from selenium.webdriver.remote.remote_connection import RemoteConnection
from selenium.webdriver.webkitgtk.service import Service

from tools import browser as browser_tool
from tools import serve as serve_tool

PATIENCE = 120  # seconds that an answer is waited for: above what any busy machine takes
HEIGHT = 900
TRIES = 100  # of what a browser may do some frames late
LEAST_STEP = 8  # milliseconds between two moves of a pointer

# -- what a page does wrong -------------------------------------------------------------------

#: The theme is asked for in the address, as a reader asks for it with the page's button.
WATCHER = """
globalThis.nnTrouble = [];
{
  const note = (...words) => nnTrouble.push(words.map(String).join(" "));
  const { error } = console;
  console.error = (...words) => { note(...words); error(...words); };
  addEventListener("error", ({ target, message }) => {
    if (target === window) note(message);
    else if (target.rel !== "next") note("failed:", target.src ?? target.href);
  }, true); // Firefox fetches the next page ahead, and calls it failed where it may not keep it
  addEventListener("unhandledrejection", ({ reason }) => note(reason));
  addEventListener("securitypolicyviolation", ({ blockedURI }) => note("foreign:", blockedURI));
  const theme = new URLSearchParams(location.search).get("theme");
  if (theme) for (const name of ["mode", "theme"]) localStorage.setItem(name, theme);
}
"""
NO_OTHER_HOST = "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:"
#: WebKit's window is never as narrow as a phone; a frame in it is.
ROOM = "/room-for-a-page.html"
ROOM_PAGE = "<!doctype html><link rel=icon href='data:,'><style>body { margin: 0 }</style>"


class Watched(serve_tool.Handler):
    """As the book is served, with `WATCHER` in each page; what is asked for in vain is noted."""

    def do_GET(self):  # noqa: N802 - http.server calls it so
        if self.path == ROOM:
            return self._page(ROOM_PAGE)
        path = Path(self.translate_path(self.path))
        if path.suffix != ".html" or not path.is_file():
            return super().do_GET()
        head, body = path.read_text("utf8").split("<meta", 1)
        return self._page(f"{head}<script>{WATCHER}</script><meta{body}", NO_OTHER_HOST)

    def _page(self, text, policy=None):
        body = text.encode()
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        if policy:
            self.send_header("Content-Security-Policy", policy)
        self.end_headers()
        self.wfile.write(body)

    def log_error(self, _form, *_values):
        self.server.missed.append(self.path)


@contextlib.contextmanager
def watched(folder):
    """Serve a folder with `WATCHER` in each page; yield (address, what was asked for in vain)."""
    server = serve_tool.open_server(folder, ports=[0], handler=Watched)
    server.missed = []
    with serve_tool.running(server) as address:
        yield address, server.missed


# -- one interface ----------------------------------------------------------------------------

UNTIL = """([test, argument, seconds]) => new Promise((done) => {
  const last = performance.now() + 1000 * seconds;
  const look = async () => {
    if (await test(argument)) done(true);
    else if (performance.now() > last) done(false);
    else setTimeout(look, 20);
  };
  look();
})"""
FRAME = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
SETTLE = f"async () => {{ await {FRAME}; }}"
# A browser may scroll a frame later than it says, and lay out what it had not shown.
MIDDLE = f"""async ([selector, across, down]) => {{
  const element = document.querySelector(selector);
  for (let place, last; ; last = place) {{
    element.scrollIntoView({{ block: "center", behavior: "instant" }});
    const {{ x, y, width, height }} = element.getBoundingClientRect();
    place = [x + across * width, y + down * height];
    if (String(place) === String(last)) return place;
    await {FRAME};
  }}
}}"""
HOVERED = "(place) => document.elementFromPoint(...place).matches(':hover')"
# Until a page is complete, answers may still fold and move what stands below them.
READY = f"() => document.readyState === 'complete' && ({FIGURES_READY})()"


class Tab:
    """One open page. Places are pixels in its window, [x, y]."""

    def evaluate(self, function, argument=None):
        """Call a function of the page, given as JavaScript, with one argument; return its answer.

        A promise is waited for. Argument and answer are what JSON can hold.
        """
        raise NotImplementedError

    def load(self, address):
        """Leave the page and open another one; return when it has loaded."""
        raise NotImplementedError

    def resize(self, width):
        """Give the page another width."""
        raise NotImplementedError

    def screenshot(self, path):
        """Save what is seen as a PNG."""
        raise NotImplementedError

    def drag(self, start, *places, kind="mouse"):
        """Press at one place, move to others, and let go; `kind` may be "touch"."""
        raise NotImplementedError

    def press(self, *names):
        """Press keys, each a character or a name such as "ArrowUp"."""
        raise NotImplementedError

    def until(self, test, argument=None):
        """Wait until a function of the page, given as JavaScript, returns something true."""
        waited = f"(given) => ({UNTIL})([{test}, given, {PATIENCE}])"
        assert self.evaluate(waited, argument), f"{test} has not come true"

    def settle(self):
        """Wait for the frame after the next, in which every change has been drawn."""
        self.evaluate(SETTLE)

    def figures_ready(self):
        """Wait until the page is complete and every figure drawn; return how many there are."""
        self.until(READY)
        return self.evaluate("() => document.querySelectorAll('[data-nn-figure]').length")

    def middle(self, selector, across=0.5, down=0.5):
        """Scroll to an element; return its middle, or the place at these shares of its sides."""
        return self.evaluate(MIDDLE, [selector, across, down])

    def click(self, selector, kind="mouse"):
        """Click or tap the middle of an element."""
        self.drag(self.middle(selector), kind=kind)

    def focus(self, selector):
        """Give an element the focus, as the Tab key would."""
        self.evaluate("(name) => document.querySelector(name).focus()", selector)

    def trouble(self):
        """What the page has done wrong so far."""
        return self.evaluate("() => globalThis.nnTrouble")


NAMES = {
    "ArrowUp": Keys.ARROW_UP,
    "ArrowDown": Keys.ARROW_DOWN,
    "ArrowLeft": Keys.ARROW_LEFT,
    "ArrowRight": Keys.ARROW_RIGHT,
    "Backspace": Keys.BACKSPACE,
    "Enter": Keys.ENTER,
    "Escape": Keys.ESCAPE,
    "Home": Keys.HOME,
    "Tab": Keys.TAB,
}


class DrivenTab(Tab):
    """A tab that is told what to do in the words of WebDriver."""

    def perform(self, actions):
        """Perform WebDriver's actions, a list of one input source."""
        raise NotImplementedError

    def drag(self, start, *places, kind="mouse"):
        x, y = map(round, start)
        reach = {"type": "pointerMove", "x": x, "y": y}
        if kind == "mouse":
            self._hover(reach)
        steps = [reach, {"type": "pointerDown", "button": 0}]
        for place in places:
            (x0, y0), (x, y) = (x, y), map(round, place)
            steps += [
                {"type": "pointerMove", "duration": LEAST_STEP, "x": x, "y": y}
                for x, y in (
                    (round(x0 + (x - x0) * k / 4), round(y0 + (y - y0) * k / 4))
                    for k in range(1, 5)
                )
            ]
        self._point(kind, [*steps, {"type": "pointerUp", "button": 0}])
        self.settle()

    def _point(self, kind, steps):
        pointer = {"type": "pointer", "id": kind, "parameters": {"pointerType": kind}}
        self.perform([pointer | {"actions": steps}])

    def _hover(self, reach):
        """Move the mouse until the page has it where it is: after a scroll that may lag behind."""
        place = [reach["x"], reach["y"]]
        for _ in range(TRIES):
            self._point("mouse", [reach])
            if self.evaluate(HOVERED, place):
                return
            self.settle()
        raise AssertionError(f"the mouse does not come to {place}")

    def press(self, *names):
        steps = [
            {"type": kind, "value": NAMES.get(name, name)}
            for name in names
            for kind in ("keyDown", "keyUp")
        ]
        self.perform([{"type": "key", "id": "keyboard", "actions": steps}])
        self.settle()


class Engine:
    """A browser that runs as long as the block lasts.

    ``name`` is what the reports say; ``can`` is what can be asked of it beyond a `Tab`:
    "touch", "forced colours", "least font size".
    """

    can = frozenset()

    def tab(self, address, width=1280, theme="light"):
        """Open an address in the one tab of this engine; return it."""
        parts = urlsplit(address)
        query = "&".join(filter(None, (parts.query, f"theme={theme}")))
        self._tab.resize(width)
        self._tab.load(parts._replace(query=query).geturl())
        return self._tab

    def prints(self, addresses, function):
        """Open pages and print them on A4.

        Return, for each, what a function of the page, given as JavaScript, returns before it is
        printed, and the PDF, as bytes.
        """
        raise NotImplementedError

    def set(self, **settings):
        """Change what a reader may set for all pages: `forced_colours`, `least_font_size`."""
        raise NotImplementedError


# -- Firefox ----------------------------------------------------------------------------------


class FirefoxTab(DrivenTab):
    """A tab of `Firefox`, over WebDriver BiDi."""

    def __init__(self, send):
        self.send = send
        self.context = send("browsingContext.create", type="tab")["context"]

    def evaluate(self, function, argument=None):
        call = "async (given) => JSON.stringify(await (%s)(JSON.parse(given))) ?? 'null'"
        answer = self.send(
            "script.callFunction",
            functionDeclaration=call % function,
            arguments=[{"type": "string", "value": json.dumps(argument)}],
            target={"context": self.context},
            awaitPromise=True,
            userActivation=True,
        )
        if answer["type"] == "exception":
            raise RuntimeError(answer["exceptionDetails"]["text"])
        return json.loads(answer["result"]["value"])

    def load(self, address):
        # From a page to itself with another fragment would not load it.
        for url in ("about:blank", address):
            self.send("browsingContext.navigate", context=self.context, url=url, wait="complete")

    def resize(self, width):
        viewport = {"width": width, "height": HEIGHT}
        self.send("browsingContext.setViewport", context=self.context, viewport=viewport)
        self.until("(width) => innerWidth === width", width)

    def perform(self, actions):
        self.send("input.performActions", context=self.context, actions=actions)

    def screenshot(self, path):
        image = self.send("browsingContext.captureScreenshot", context=self.context)["data"]
        Path(path).write_bytes(base64.b64decode(image))


FIREFOX_PREFERENCES = {
    "services.settings.server": "data:,#remote-settings-dummy/v1",  # asks no other host
    "ui.useOverlayScrollbars": 1,
}


class Firefox(Engine):
    """Firefox without a window, over its own WebDriver BiDi."""

    name = "firefox"
    can = frozenset(["touch", "forced colours", "least font size"])

    @contextlib.contextmanager
    def run(self):
        """Start the browser; yield this engine."""
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
            lines = "".join(
                f"user_pref({json.dumps(name)}, {json.dumps(value)});\n"
                for name, value in FIREFOX_PREFERENCES.items()
            )
            Path(home, "user.js").write_text(lines, "utf8")
            log = Path(home, "log")
            with log.open("w") as output:
                process = subprocess.Popen(
                    [
                        *browser_tool.programs(self.name),
                        *("--headless", "--no-remote", "--profile", home),
                        *("--remote-debugging-port", "0", "--remote-allow-system-access"),
                    ],
                    stdout=output,
                    stderr=output,
                )
            try:
                self._connect(home, process, log)
                yield self
                self.send("browser.close")
                self.socket.close()
                process.wait(PATIENCE)
            finally:
                if process.poll() is None:
                    process.kill()
                    process.wait()

    def _connect(self, home, process, log):
        port = _file_comes(Path(home, "WebDriverBiDiServer.json"), process, log)
        address = "ws://{ws_host}:{ws_port}/session".format(**json.loads(port))
        self.socket = websocket.create_connection(address, timeout=PATIENCE, suppress_origin=True)
        self.numbers, self.answers = itertools.count(), {}
        self.send("session.new", capabilities={})
        chrome = self.send("browsingContext.getTree", **{"moz:scope": "chrome"})["contexts"]
        self.chrome = chrome[0]["context"]
        self._tab = FirefoxTab(self.send)

    def send(self, method, **parameters):
        """Send a command of WebDriver BiDi; return its result."""
        return self._result(self._ask(method, **parameters))

    def _ask(self, method, **parameters):
        number = next(self.numbers)
        message = {"id": number, "method": method, "params": parameters}
        self.socket.send(json.dumps(message))
        return number

    def _result(self, number):
        while number not in self.answers:
            answer = json.loads(self.socket.recv())
            self.answers[answer.get("id")] = answer
        answer = self.answers.pop(number)
        if answer["type"] == "error":
            raise RuntimeError(answer["message"])
        return answer["result"]

    def prints(self, addresses, function):
        # All at once: Firefox rests between two sheets, for the printer's sake.
        tabs = [FirefoxTab(self.send) for _ in addresses]
        read, asked = [], []
        for tab, address in zip(tabs, addresses, strict=True):
            tab.resize(1280)
            tab.load(address)
            tab.figures_ready()
            read.append(tab.evaluate(function))
            sheet = {"width": 21.0, "height": 29.7}
            paper = {"context": tab.context, "background": True, "page": sheet}
            asked.append(self._ask("browsingContext.print", **paper))
        pdfs = [base64.b64decode(self._result(number)["data"]) for number in asked]
        for tab in tabs:
            self.send("browsingContext.close", context=tab.context)
        return list(zip(read, pdfs, strict=True))

    def set(self, forced_colours=False, least_font_size=0):
        values = {
            "browser.display.document_color_use": 2 if forced_colours else 0,
            "font.minimum-size.x-western": least_font_size,
        }
        lines = "".join(
            f"Services.prefs.setIntPref({json.dumps(name)}, {value});"
            for name, value in values.items()
        )
        target = {"context": self.chrome}
        self.send("script.evaluate", expression=lines, target=target, awaitPromise=False)


def _file_comes(path, process, log):
    """Wait until a process has written a file; return its text."""
    done = threading.Event()
    for _ in range(PATIENCE * 20):
        if path.exists() and (text := path.read_text("utf8")):
            return text
        if process.poll() is not None:
            raise RuntimeError(f"the browser has ended:\n{log.read_text('utf8')}")
        done.wait(0.05)
    raise RuntimeError(f"the browser does not answer:\n{log.read_text('utf8')}")


# -- WebKit -----------------------------------------------------------------------------------

IN_ROOM = """
const [address, width, height, done] = arguments;
const frame = document.body.appendChild(document.createElement("iframe"));
frame.style = `display: block; border: 0; width: ${width}px; height: ${height}px`;
frame.onload = () => done();
frame.src = address;
"""
CALL = """
const done = arguments[arguments.length - 1];
(async () => (%s)(arguments[0]))().then(
  (value) => done({ value: value ?? null }),
  (error) => done({ error: `${error}` }),
);
"""


class WebKitTab(DrivenTab):
    """A tab of `WebKit`: a frame of any width in its window.

    It has no finger: what its driver calls a touch reaches the page as a mouse.
    """

    def __init__(self, driver):
        self.driver = driver
        self.width = 1280
        self.room = None

    def evaluate(self, function, argument=None):
        answer = self.driver.execute_async_script(CALL % function, argument)
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer["value"]

    def load(self, address):
        self.driver.switch_to.default_content()
        self.driver.get(urlsplit(address)._replace(path=ROOM, query="", fragment="").geturl())
        self.driver.execute_async_script(IN_ROOM, address, self.width, HEIGHT)
        self.driver.switch_to.frame(0)

    def resize(self, width):
        self.width = width
        script = "for (const f of document.querySelectorAll('iframe')) f.style.width = arguments[0]"
        self.driver.switch_to.default_content()
        self.driver.execute_script(script, f"{width}px")
        if self.driver.execute_script("return frames.length"):
            self.driver.switch_to.frame(0)

    def perform(self, actions):
        self.driver.execute(Command.W3C_ACTIONS, {"actions": actions})

    def screenshot(self, path):
        self.driver.switch_to.default_content()
        self.driver.save_screenshot(str(path))
        self.driver.switch_to.frame(0)


class WebKit(Engine):
    """WebKitGTK's MiniBrowser on a screen of its own, over WebDriver."""

    name = "webkit"

    @contextlib.contextmanager
    def run(self):
        """Start the browser; yield this engine."""
        service, browser, screen = browser_tool.programs(self.name)
        with _screen(screen) as display:
            options = webdriver.WebKitGTKOptions()
            options.binary_location = browser
            options.add_argument("--automation")
            service = Service(service, env={**os.environ, "DISPLAY": f":{display}"})
            service.start()
            try:
                # `webdriver.WebKitGTK` does the same, with a warning about how it does it.
                there = RemoteConnection(client_config=ClientConfig(service.service_url))
                with webdriver.Remote(there, options=options) as driver:
                    driver.set_script_timeout(PATIENCE)
                    driver.set_window_size(1320, HEIGHT + 100)
                    self._tab = WebKitTab(driver)
                    yield self
            finally:
                service.stop()


@contextlib.contextmanager
def _screen(program):
    """A screen in memory; yield its number."""
    reading, writing = os.pipe()
    command = [program, "-displayfd", str(writing), "-screen", "0", "1400x1100x24"]
    server = subprocess.Popen(
        [*command, "-nolisten", "tcp"], pass_fds=[writing], stderr=subprocess.DEVNULL
    )
    os.close(writing)
    try:
        with os.fdopen(reading) as told:
            yield told.readline().strip()
    finally:
        server.terminate()
        server.wait()


# -- Chromium ---------------------------------------------------------------------------------


class ChromiumTab(Tab):
    """A tab of `Chromium`, over Playwright."""

    def __init__(self, page):
        self.page = page

    def evaluate(self, function, argument=None):
        return self.page.evaluate(function, argument)

    def load(self, address):
        for url in ("about:blank", address):
            self.page.goto(url, wait_until="load")

    def resize(self, width):
        self.page.set_viewport_size({"width": width, "height": HEIGHT})

    def screenshot(self, path):
        self.page.screenshot(path=path)

    def drag(self, start, *places, kind="mouse"):
        if kind == "touch":
            assert not places, "here a finger taps; what it drags is tested where it can be"
            self.page.touchscreen.tap(*start)
        else:
            self.page.mouse.move(*start)
            self.page.mouse.down()
            for place in places:
                self.page.mouse.move(*place, steps=4)
            self.page.mouse.up()
        self.settle()

    def press(self, *names):
        for name in names:
            self.page.keyboard.press(name)
        self.settle()


class Chromium(Engine):
    """The Chromium that all other tests use."""

    name = "chromium"
    can = frozenset(["touch", "forced colours"])

    def __init__(self, browser):
        self.browser = browser

    @contextlib.contextmanager
    def run(self):
        """Open a tab, which closes with the browser; yield this engine."""
        context = self.browser.new_context(has_touch=True)
        context.set_default_timeout(1000 * PATIENCE)
        self._tab = ChromiumTab(context.new_page())
        yield self

    def prints(self, addresses, function):
        def printed(address):
            tab = self.tab(address)
            tab.figures_ready()
            return tab.evaluate(function), tab.page.pdf(format="A4", print_background=True)

        return [printed(address) for address in addresses]

    def set(self, forced_colours=False):
        self._tab.page.emulate_media(forced_colors="active" if forced_colours else "none")
