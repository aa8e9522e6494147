"""Find the browsers for the tests, or get them.

One based on Chromium has to be there: an installed Chromium, Chrome or Edge is taken first; else
Playwright fetches its own; else, as root on Debian or Ubuntu, `chromium` is installed with apt.
Firefox and WebKit are used where they are there; as root on Debian or Ubuntu they are installed.
"""

import glob
import os
import shutil
import subprocess
import sys
from pathlib import Path

COMMANDS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "microsoft-edge-stable",
    "msedge",
)
PLACES = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
    r"C:\Program Files\Microsoft\Edge\Application\msedge.exe",
)
NONE_FOUND = (
    "Install Chromium, Google Chrome or Microsoft Edge (Debian and Ubuntu: `apt install chromium`),"
    " or set BOOK_BROWSER to the path of one."
)

#: no sandbox (containers run as root), and nothing that asks another host by itself
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


#: The other engines the book is tested in: the programs each needs (a command, or a pattern of
#: places), with the Debian package that holds it.
FIREFOX = {"firefox-esr": "firefox-esr"}
WEBKIT = {
    "WebKitWebDriver": "webkit2gtk-driver",
    "/usr/lib/*/webkit2gtk-4.*/MiniBrowser": "webkit2gtk-driver",
    "Xvfb": "xvfb",
}
ENGINES = {"firefox": FIREFOX, "webkit": WEBKIT}


def runs(path):
    """Return whether a browser starts at all (a snap's stub in a container does not)."""
    if os.name == "nt":
        return True  # there, asking for the version opens a window
    try:
        done = subprocess.run([path, "--version"], capture_output=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def playwrights_own():
    """Return where Playwright's own Chromium is, or would be."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def find(environ=os.environ, which=shutil.which, exists=os.path.exists, works=runs, own=None):
    """Return the path of an installed browser, or None.

    Parameters
    ----------
    environ, which, exists, works
        The machine's answers, replaceable for tests.
    own : callable, optional
        Tells where Playwright's own Chromium would be.
    """
    if chosen := environ.get("BOOK_BROWSER"):
        return chosen
    installed = [path for path in map(which, COMMANDS) if path]
    installed += [path for path in PLACES if exists(path)]
    for path in installed:
        if works(path):
            return path
    fetched = (own or playwrights_own)()
    return fetched if fetched and exists(fetched) and works(fetched) else None


def programs(engine, which=shutil.which, places=glob.glob):
    """Return where the programs of another engine are, in the order of `ENGINES`; None for none."""
    return [which(name) or next(iter(sorted(places(name))), None) for name in ENGINES[engine]]


def missing(engine, **machine):
    """Return the Debian packages that another engine still needs, each once, in their order."""
    found = zip(ENGINES[engine].values(), programs(engine, **machine), strict=True)
    return list(dict.fromkeys(package for package, path in found if not path))


def engines(find_chromium=find, lacks=missing):
    """Return a line that says in which engines the book can be tested, and what the others need."""
    words = ["chromium" if find_chromium() else f"no chromium ({NONE_FOUND})"]
    for engine in ENGINES:
        packages = " ".join(lacks(engine))
        words.append(f"no {engine} (`apt install {packages}`)" if packages else engine)
    return f"engines: {', '.join(words)}"


def fetch_with_playwright():
    """Let Playwright download its Chromium; give up soon where its host is out of reach."""
    environ = {**os.environ, "PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT": "15000"}
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    try:
        # What went wrong is its own affair: the next way is tried, or NONE_FOUND says what to do.
        subprocess.run(command, env=environ, timeout=600, check=False, stderr=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        print("Playwright did not finish its download.", flush=True)


def install_with_apt(*packages):
    """Install it with apt, where that is ours to do."""
    if not (shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0):
        return
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    apt = ["apt-get", "-qq", "-o", "Acquire::Retries=3"]
    subprocess.run([*apt, "update"], env=environ, check=False)
    subprocess.run(
        [*apt, "install", "--yes", "--no-install-recommends", *(packages or ["chromium"])],
        env=environ,
        check=False,
    )


def ensure(look=find, ways=(fetch_with_playwright, install_with_apt)):
    """Return a browser, trying each way to get one in turn; None where all fail."""
    found = look()
    for get in ways:
        if found:
            break
        print(f"No browser yet: {get.__doc__.splitlines()[0].rstrip('.').lower()} ...", flush=True)
        get()
        found = look()
    return found


def ensure_others(lacks=missing, get=install_with_apt):
    """Install the other engines where they are missing and that is ours to do."""
    for engine in ENGINES:
        if packages := lacks(engine):
            get(*packages)


def main():
    """Print the browser that the tests will use, and the engines they will use beside it."""
    found = ensure()
    if not found:
        sys.exit(NONE_FOUND)
    print(f"Browser for the tests: {Path(found)}")
    ensure_others()
    print(f"{engines(find_chromium=lambda: found).capitalize()}")


if __name__ == "__main__":
    main()
