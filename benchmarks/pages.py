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

from nnlib import data, init_network, train  # noqa: E402 - after the path is set
from nnlib.widgets import (  # noqa: E402
    ActivationExplorer,
    ChainExplorer,
    GradientCheck,
    NetworkNudge,
    ShapeBench,
    TrainingPlayer,
)
from tools import book, browser, figure, serve  # noqa: E402 - tools is not an installed package

SLOW = {"latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 0.75e6 / 8}
SLOWER_CPU = 4
LOADS = 5
EVENTS = 200
ROUNDS, GROUP = 40, 5  # performance.now() has steps of 0.1 ms: five events at a time

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


def slide(name, value):
    """Return JavaScript that moves a slider; `value` may use i, the number of the event."""
    return f"""(i) => {{
        const knob = document.querySelector('[aria-label="{name}"]');
        knob.value = {value};
        knob.dispatchEvent(new Event("input", {{ bubbles: true }}));
    }}"""


CHOOSE = """(i) => [...document.querySelectorAll("button")]
    .find((button) => button.textContent === (i % 2 ? "axis 0" : "axis 1")).click()"""

SCRUB = """(i) => {
    const bar = document.querySelector(".nn-player-scrub");
    const room = bar.querySelector("svg").getBoundingClientRect();
    const move = (type, x) => bar.dispatchEvent(new PointerEvent(type, {
        bubbles: true, pointerId: 1, button: 0, clientX: room.left + x, clientY: room.top + 40,
    }));
    bar.setPointerCapture = () => {};  // there is no such pointer
    if (i === 0) move("pointerdown", 50);
    move("pointermove", 50 + (room.width - 110) * ((i / 200) % 1));
}"""


def four_layers():
    """Return a network of four layers, four units wide, as the figures' state holds it."""
    network = init_network([4] * 5, rng=0)
    return {
        "W": [layer.W.tolist() for layer in network],
        "b": [layer.b.tolist() for layer in network],
        "activations": [layer.activation.name for layer in network],
        "x": [0.5, -1.0, 1.5, -0.5],
        "y": [1.0, 0.0, 0.5, 0.25],
    }


def four_units():
    """Return an ActivationExplorer with as many units as it takes."""
    wbv = {name: [1.5, -1.0, 0.5, 1.25] for name in "wbv"}
    targets = [[x, float(x > 0)] for x in (-4.0, -2.5, -1.0, 1.0, 2.5, 4.0)]
    return ActivationExplorer(**wbv, straight=[False] * 4, targets=targets)


def long_recording():
    """Return a TrainingPlayer of a thousand samples and 300 epochs."""
    settings = {"learning_rate": 3.0, "batch_size": 10, "rng": 0, "record_every": 1}
    X, Y = data.circles(n=1000, rng=1)
    return TrainingPlayer(train(init_network((2, 3, 3, 1), rng=3), X, Y, epochs=300, **settings)[1])


#: what is done to which figure, and the bar on its work / the fixed work: half as much again as
#: the most that six runs measured, on a machine with other work
FIGURES = {
    "chain, forward": (
        lambda: ChainExplorer(mode="forward"),
        slide("weight w 1", "-3 + (i % 60) / 10"),
        1.1,
    ),
    "chain, backward": (
        lambda: ChainExplorer(mode="backward"),
        slide("weight w 1", "-3 + (i % 60) / 10"),
        1.1,
    ),
    "chain, nudge": (
        lambda: ChainExplorer(mode="nudge"),
        slide("weight w 1", "-3 + (i % 60) / 10"),
        2.6,
    ),
    "network, value": (NetworkNudge, slide("its value", "-3 + (i % 60) / 10"), 2.7),
    "network, nudge": (NetworkNudge, slide("nudge", "i % 60"), 1.8),
    "gradient check": (
        lambda: GradientCheck(**four_layers(), bug="slope", show_complex=True),
        slide("eps", "10 + 2 * (i % 60)"),
        1.6,
    ),
    "shapes": (
        lambda: ShapeBench(product="stack_outer", tools=["einsum"], N=6, n=6, n_prev=6),
        CHOOSE,
        3.0,
    ),
    "activations": (four_units, slide("weight w 1", "-3 + (i % 60) / 10"), 2.3),
    "training": (long_recording, SCRUB, 2.4),
}

FIGURE_WORK = """
async ([text, rounds, group]) => {
  const event = eval(text);
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  document.body.append(svg);
  const words = Array.from({ length: 200 }, () => {
    return svg.appendChild(document.createElementNS("http://www.w3.org/2000/svg", "text"));
  });
  const fixed = (i) => words.forEach((word, k) => {
    word.textContent = Math.sin(i + k).toPrecision(4);
    word.setAttribute("x", 100 + 100 * Math.cos(i + k));
  });
  const schedule = window.requestAnimationFrame;
  let scheduled = [];
  const work = (act, from) => {
    const start = performance.now();
    for (let i = from; i < from + group; i++) {
      act(i);
      const drawings = scheduled.splice(0);
      if (act === event && !drawings.length) throw new Error(`event ${i} draws nothing`);
      for (const draw of drawings) draw(performance.now());
      document.body.getBoundingClientRect();  // forces the layout that the change causes
    }
    return (performance.now() - start) / group;
  };
  const events = [], references = [];
  for (let round = 0; round < rounds; round++) {
    await new Promise((done) => schedule(done));
    window.requestAnimationFrame = (draw) => scheduled.push(draw);
    events.push(work(event, round * group));
    references.push(work(fixed, round * group));
    window.requestAnimationFrame = schedule;
  }
  return [events, references];
}
"""


def work_of(page, name):
    """Return the median milliseconds of an event on a figure, and of the fixed work beside it."""
    make, event, _ = FIGURES[name]
    page.set_content(figure.page_of(make()), wait_until="load")
    page.wait_for_selector("[data-nn-ready]")
    return [
        statistics.median(spent) for spent in page.evaluate(FIGURE_WORK, [event, ROUNDS, GROUP])
    ]


def judge(work):
    """Print a line for each figure; return whether every bar is met."""
    met = True
    for name, (event, fixed) in work.items():
        bar = FIGURES[name][-1]
        ratio = event / fixed
        met &= ratio <= bar
        print(
            f"{name:16} {event:5.2f} ms an event, {ratio:4.2f} x the fixed work; at most {bar}:"
            f" {'met' if ratio <= bar else 'MISSED'}"
        )
    return met


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


def tell_pages(chromium, loads):
    """Build the book if need be, measure every page and print the table."""
    if not book.build():
        sys.exit("The book was not built; the reasons are above.")
    server = serve.open_server(ROOT / "_build" / "html", ports=[0])
    threading.Thread(target=server.serve_forever, daemon=True).start()
    site = f"http://127.0.0.1:{server.server_port}"
    print(table({name: measure(chromium, f"{site}/{name}.html", loads) for name in page_names()}))
    server.shutdown()


def tell_figures(chromium):
    """Measure the figures, print their bars and return whether all are met."""
    page = chromium.new_page(viewport={"width": 752, "height": 900})
    return judge({name: work_of(page, name) for name in FIGURES})


def main():
    """Measure the pages, or the figures against their bars."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--loads", type=int, default=LOADS, help="loads a page and network")
    parser.add_argument("--gate", action="store_true", help="figures only; exit 1 if one is slow")
    arguments = parser.parse_args()
    path = browser.find()
    if not path:
        sys.exit(browser.NONE_FOUND)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=list(browser.FLAGS))
        met = tell_figures(chromium)
        if not arguments.gate:
            tell_pages(chromium, arguments.loads)
        chromium.close()
    if arguments.gate and not met:
        sys.exit("A figure is slower than its bar.")


if __name__ == "__main__":
    main()
