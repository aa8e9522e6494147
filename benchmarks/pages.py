"""Measure the built pages in a real browser: payload, time to a live figure, work per event.

Every page is served with gzip from this machine. Columns of the table:

KB gzip
    What the browser receives in all until the network is quiet, headers included.
requests
    How many it asks for.
ready, slow ready
    Milliseconds from the start of the navigation until the first figure is drawn (its mark
    ``nn-figure-ready``): unthrottled, and at 1.6 Mbit/s with 150 ms latency and a CPU four times
    slower, as Chrome's developer tools do it. Median of several loads with an empty cache.
shift
    Cumulative layout shift of the slow load, until the network is quiet.
event
    Median milliseconds of work for one input event on the figure's first slider: the handlers,
    the drawing that they schedule for the next frame, and the layout that it causes; without
    painting.
"""

import argparse
import statistics
import sys
import threading
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tools import book, browser, serve  # noqa: E402 - tools is not an installed package

SLOW = {"latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 0.75e6 / 8}
SLOWER_CPU = 4
LOADS = 5
EVENTS = 200

WATCH_SHIFTS = """
globalThis.shift = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) shift += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""

READY = "performance.getEntriesByName('nn-figure-ready')[0]?.startTime"

EVENT_WORK = """
async (count) => {
  const slider = document.querySelector("[data-nn-figure] input[type=range]");
  if (!slider) return [];
  slider.scrollIntoView({ block: "center" });
  await new Promise((done) => setTimeout(done, 300));  // a figure may wait until it is seen
  const [low, high] = [Number(slider.min), Number(slider.max)];
  const schedule = window.requestAnimationFrame;
  let scheduled = [];
  window.requestAnimationFrame = (draw) => scheduled.push(draw);
  const work = Array.from({ length: count }, (_, i) => {
    slider.value = low + (high - low) * (0.1 + 0.8 * Math.abs(Math.sin(i)));
    scheduled = [];
    const start = performance.now();
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    for (const draw of scheduled) draw(performance.now());
    document.body.getBoundingClientRect();  // forces the layout that the change causes
    return performance.now() - start;
  });
  window.requestAnimationFrame = schedule;
  return work;
}
"""


def page_names():
    """Return the names of the book's pages in the order of its table of contents."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text("utf8"))
    chapters = [chapter for part in toc.get("parts", [toc]) for chapter in part["chapters"]]
    return [toc["root"], *(chapter["file"] for chapter in chapters)]


def load(chromium, address, slow):
    """Load a page once with an empty cache; return what was measured, the page still open."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.add_init_script(WATCH_SHIFTS)
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    if slow:
        session.send("Network.emulateNetworkConditions", {"offline": False, **SLOW})
        session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER_CPU})
    inline, sizes = set(), {}

    def note_request(event):
        if event["request"]["url"].startswith("data:"):
            inline.add(event["requestId"])

    def note_size(event):
        sizes[event["requestId"]] = event["encodedDataLength"]

    session.on("Network.requestWillBeSent", note_request)
    session.on("Network.loadingFinished", note_size)
    page.goto(address, wait_until="networkidle")
    measured = {
        "bytes": sum(size for request, size in sizes.items() if request not in inline),
        "requests": len(sizes.keys() - inline),
        "ready": page.evaluate(READY),
        "shift": page.evaluate("shift"),
    }
    return context, page, measured


def measure(chromium, address, loads):
    """Return the row of one page."""
    rows = {"fast": [], "slow": []}
    events = []
    for kind, measured_rows in rows.items():
        for _ in range(loads):
            context, page, measured = load(chromium, address, slow=kind == "slow")
            measured_rows.append(measured)
            if kind == "fast":
                events += page.evaluate(EVENT_WORK, EVENTS)
            context.close()

    def median(kind, name):
        values = [row[name] for row in rows[kind] if row[name] is not None]
        return statistics.median(values) if values else None

    return {
        "KB gzip": median("fast", "bytes") / 1000,
        "requests": median("fast", "requests"),
        "ready": median("fast", "ready"),
        "slow ready": median("slow", "ready"),
        "shift": max(row["shift"] for row in rows["slow"]),
        "event": statistics.median(events) if events else None,
    }


FORMATS = {
    "KB gzip": "{:.0f}",
    "requests": "{:.0f}",
    "ready": "{:.0f} ms",
    "slow ready": "{:.0f} ms",
    "shift": "{:.4f}",
    "event": "{:.2f} ms",
}


def table(rows):
    """Return a Markdown table of the pages' rows."""
    lines = ["| page | " + " | ".join(FORMATS) + " |", "|---" * (len(FORMATS) + 1) + "|"]
    for name, row in rows.items():
        cells = [
            "-" if row[key] is None else form.format(row[key]) for key, form in FORMATS.items()
        ]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main():
    """Build the book if need be, measure every page and print the table."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--loads", type=int, default=LOADS, help="loads a page and network")
    arguments = parser.parse_args()
    path = browser.find()
    if not path:
        sys.exit(browser.NONE_FOUND)
    if not book.build():
        sys.exit("The book was not built; the reasons are above.")
    server = serve.open_server(ROOT / "_build" / "html", ports=[0])
    threading.Thread(target=server.serve_forever, daemon=True).start()
    rows = {}
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=list(browser.FLAGS))
        for name in page_names():
            address = f"http://127.0.0.1:{server.server_port}/{name}.html"
            rows[name] = measure(chromium, address, arguments.loads)
        chromium.close()
    server.shutdown()
    print(table(rows))


if __name__ == "__main__":
    main()
