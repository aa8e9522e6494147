"""Find a Chromium-based browser for the tests, or get one.

An installed Chromium, Chrome or Edge is taken first; else Playwright fetches its own; else, as
root on Debian or Ubuntu, `chromium` is installed with apt.
"""

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


def fetch_with_playwright():
    """Let Playwright download its Chromium; give up soon where its host is out of reach."""
    environ = {**os.environ, "PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT": "15000"}
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    try:
        subprocess.run(command, env=environ, timeout=600, check=False)
    except subprocess.TimeoutExpired:
        print("Playwright did not finish its download.", flush=True)


def install_with_apt():
    """Install chromium with apt, where that is ours to do."""
    if not (shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0):
        return
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    apt = ["apt-get", "-qq", "-o", "Acquire::Retries=3"]
    subprocess.run([*apt, "update"], env=environ, check=False)
    subprocess.run(
        [*apt, "install", "--yes", "--no-install-recommends", "chromium"],
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


def main():
    """Print the browser that the tests will use."""
    found = ensure()
    if not found:
        sys.exit(NONE_FOUND)
    print(f"Browser for the tests: {Path(found)}")


if __name__ == "__main__":
    main()
