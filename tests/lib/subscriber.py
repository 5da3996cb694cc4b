"""
An address that is pushed to: a WebSub subscriber, or whoever takes webhooks. It answers as it should,
or as it was told to, and keeps what came.

    with Subscriber() as there:
        there.say('/a', 500, 204)               # what the next requests to /a get; then as it should
        there.wait('/a', 'POST')[0].body
"""

import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from tests.lib.site import wait_until


@dataclass
class Request:
    method: str
    path: str
    query: dict
    headers: object
    body: bytes


class Handler(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def answer(self):
        url = urlsplit(self.path)
        query = {name: values[0] if len(values) == 1 else values for name, values in parse_qs(url.query, keep_blank_values=True).items()}
        body = self.rfile.read(int(self.headers['Content-Length'] or 0))
        request = Request(self.command, url.path, query, self.headers, body)
        with self.server.there.lock:
            said = self.server.there.said.get(url.path) or [None]
            self.server.there.requests.append(request)
            said = said.pop(0)
        if callable(said):
            said(self, request)
        elif isinstance(said, int):
            self.send(said)
        elif said is not None:
            self.send(*said)
        elif self.command == 'GET':
            self.send(200, query.get('hub.challenge', '').encode())
        else:
            self.send(204)

    do_GET = do_POST = answer

    def send(self, status, body=b'', **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 204:
            self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *_):
        pass                            # whoever asked has hung up


class Subscriber:
    def __init__(self):
        self.said, self.requests, self.lock = {}, [], threading.Lock()
        self.server = Server(('127.0.0.1', 0), Handler)
        self.server.there = self
        self.port = self.server.server_address[1]
        self.url = f'http://127.0.0.1:{self.port}'
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def say(self, path, *answers):
        """Each a status, (status, body), or a function of the handler and the request."""
        with self.lock:
            self.said[path] = list(answers)

    def got(self, path=None, method=None):
        with self.lock:
            return [r for r in self.requests if path in (None, r.path) and method in (None, r.method)]

    def wait(self, path=None, method=None, count=1, seconds=20):
        """The requests, once there are so many."""
        if not wait_until(lambda: len(self.got(path, method)) >= count, seconds):
            raise RuntimeError(f'{len(self.got(path, method))} requests {method} {path} instead of {count}: {self.got()}')
        return self.got(path, method)

    def forget(self):
        with self.lock:
            self.requests.clear()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
