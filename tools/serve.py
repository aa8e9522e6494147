"""Serve a folder at http://localhost:8000, compressed as a real host would, and say where."""

import argparse
import contextlib
import functools
import gzip
import io
import os
import sys
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PORTS = range(8000, 8100)
COMPRESSIBLE = {".html", ".css", ".js", ".json", ".svg", ".md", ".ipynb", ".txt"}


@functools.lru_cache(maxsize=256)
def compressed(path, modified):
    """Return a file's gzip; ``modified`` makes a changed file a new entry."""
    return gzip.compress(Path(path).read_bytes(), compresslevel=6, mtime=0)


class Handler(SimpleHTTPRequestHandler):
    """Static files, with gzip where the browser takes it and the file gains by it."""

    protocol_version = "HTTP/1.1"
    #: Let the browser ask again, so that a rebuilt page is seen at once.
    sent = {"Cache-Control": "no-cache"}  # noqa: RUF012 - a subclass has its own

    def send_head(self):
        """Answer with the compressed file, or as the standard library does."""
        path = Path(self.translate_path(self.path))
        if path.is_dir() and self.path.split("?")[0].endswith("/"):
            path = path / "index.html"
        accepts = "gzip" in self.headers.get("Accept-Encoding", "")
        if not (accepts and path.is_file() and path.suffix in COMPRESSIBLE):
            return super().send_head()
        body = compressed(str(path), path.stat().st_mtime_ns)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Vary", "Accept-Encoding")
        self.end_headers()
        return io.BytesIO(body)

    def end_headers(self):
        """Send what stands in `sent`, too."""
        for name, value in self.sent.items():
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, *_):
        """Keep the terminal for the address."""


class Server(ThreadingHTTPServer):
    """A server that does not share a port that is in use (as Windows would)."""

    allow_reuse_address = os.name != "nt"
    daemon_threads = True

    def handle_error(self, request, client_address):
        """A reader who leaves before a page is complete is not an error worth a traceback."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


def open_server(folder, ports=PORTS, say=print, handler=Handler):
    """Return a server of a folder on the first free port.

    Parameters
    ----------
    folder : Path
    ports : iterable of int, optional
        Tried in order; 0 stands for any free one.
    say : callable, optional
        Is told of each port that is in use.
    handler : type, optional
        Answers the requests.

    Raises
    ------
    OSError
        If every port is in use.
    """
    answer = functools.partial(handler, directory=str(folder))
    for port in ports:
        try:
            return Server(("127.0.0.1", port), answer)
        except OSError:
            say(f"Port {port} is in use.")
    raise OSError("no free port")


@contextlib.contextmanager
def served(folder, headers=()):
    """Serve a folder with gzip on a free port, as long as the block lasts; `headers` are added."""
    sent = {**Handler.sent, **dict(headers)}
    handler = type("Handler", (Handler,), {"sent": sent})
    with running(open_server(folder, ports=[0], handler=handler)) as address:
        yield address


@contextlib.contextmanager
def running(server):
    """Let a server answer as long as the block lasts, and close it; yield its address."""
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def main():
    """Serve the built book until Ctrl+C."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "_build" / "html")
    arguments = parser.parse_args()
    if not (arguments.folder / "index.html").exists():
        sys.exit(f"There is no book in {arguments.folder} yet: build it first (`make book`).")
    try:
        server = open_server(arguments.folder)
    except OSError:
        sys.exit(f"Every port from {PORTS[0]} to {PORTS[-1]} is in use: free one.")
    print(f"The book is at http://localhost:{server.server_port} (Ctrl+C ends it).", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        print()
    finally:
        server.server_close()


if __name__ == "__main__":
    main()
