"""Clients that are many, slow, or gone: descriptors come back, the slow are cut, nobody takes all the room."""

import http.client
import os
import re
import socket
import struct
import time

from tests.lib import hub
from tests.lib.hub import WEB, auth
from tests.lib.site import Site, Tap, wait_until

HEAD_SECONDS = 10           # of shared/http
REQUEST = b'GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n'
ROUNDS = 125                # of 8 connections


def descriptors(site):
    return len(os.listdir(f'/proc/{site.process.pid}/fd'))


def connections(site):
    return int(re.search(r'^relais_connections(?:{[^}]*})? (\d+)', site.get('/metrics').text, re.M)[1])


def reset(connection):
    """Closes it as a client that crashed: with a reset."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
    connection.close()


def come_and_go(site):
    """Eight clients, each with manners of its own."""
    path = b'/groups/web HTTP/1.1\r\nHost: a\r\n\r\n'
    for data, ending in ((b'', socket.socket.close), (b'GET / HTTP/1.1\r\nHo', socket.socket.close), (b'GET / HTTP/1.1\r\nHo', reset), (b'GET ' + path, reset),
                         (b'GET ' + path, None), (REQUEST * 3, None), (b'nonsense\r\n\r\n', None),
                         (b'POST /groups/web/lessons HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc', reset)):
        connection = site.connect()
        if data:
            connection.sendall(data)
        if ending is None:
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(65536):
                pass
            ending = socket.socket.close
        ending(connection)


def leaks(t, site):
    come_and_go(site)
    t.ok(wait_until(lambda: connections(site) == 1), 'those who left are gone')
    before = descriptors(site)
    for _ in range(ROUNDS):
        come_and_go(site)
    t.ok(wait_until(lambda: connections(site) == 1), f'after {8 * ROUNDS} more too')
    t.ok(wait_until(lambda: descriptors(site) <= before), 'no descriptor is left open', f'{before} before, {descriptors(site)} after')


def cut_after(connection, feed):
    """Feeds a byte a second; how long until the service ends it, and what it said."""
    start, heard = time.monotonic(), b''
    connection.settimeout(1)
    while time.monotonic() - start < 3 * HEAD_SECONDS:
        try:
            connection.sendall(feed)
            piece = connection.recv(4096)
            if not piece:
                break
            heard += piece
        except TimeoutError:
            continue
        except OSError:
            break
    return time.monotonic() - start, heard


def slow(t, site):
    """A byte a second is not enough, in the head or in the body; others are answered meanwhile."""
    connection = site.connect()
    connection.sendall(b'GET /healthz HTTP/1.1\r\nHost: a\r\nX-Slow: ')
    seconds, heard = cut_after(connection, b'a')
    t.ok(HEAD_SECONDS - 1 <= seconds <= HEAD_SECONDS + 3, 'a head that does not end is cut', f'{seconds:.1f} s')
    t.like(heard.decode(), '^HTTP/1.1 408 ', 'with 408')
    connection = site.connect()
    connection.sendall(b'POST /groups/web/lessons HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 5000\r\n\r\n')
    seconds, heard = cut_after(connection, b'a')
    t.ok(seconds <= HEAD_SECONDS + 3, 'a body that trickles is cut', f'{seconds:.1f} s')
    t.like(heard.decode(), '^HTTP/1.1 408 ', 'with 408')
    t.is_(site.get('/healthz').status, 200, 'and it lives on')


def from_address(site, address):
    """The status of one request from that address of the loopback network."""
    connection = http.client.HTTPConnection('127.0.0.1', site.port, timeout=10, source_address=(address, 0))
    try:
        connection.request('GET', '/healthz')
        return connection.getresponse().status
    except (ConnectionResetError, http.client.RemoteDisconnected):
        return None
    finally:
        connection.close()


def room(t):
    with Site(env={'RELAIS_CONNECTIONS_PER_ADDRESS': '10', 'RELAIS_CONNECTIONS': '25'}) as site:
        held = [site.connect() for _ in range(10)]
        for connection in held:
            connection.sendall(REQUEST)
            connection.recv(4096)
        t.ok(from_address(site, '127.0.0.1') in (503, None), 'an address has its share and no more')
        told = site.raw(b'').decode()
        t.like(told, r'^(?s:HTTP/1.1 503 .*)\r\nRetry-After: 3\r\n', 'and is told when to come again')
        t.like(told, r'\r\nCache-Control: no-store\r\n', 'which nobody keeps')
        t.is_(from_address(site, '127.0.0.2'), 200, 'another has its own')
        held[0].sendall(REQUEST)
        t.like(held[0].recv(4096).decode(), '^HTTP/1.1 200 ', 'whoever was let in is served')
        held.pop().close()
        t.ok(wait_until(lambda: from_address(site, '127.0.0.1') == 200), 'who leaves makes room')
        for n in range(3, 19):
            connection = socket.socket()
            connection.bind((f'127.0.0.{n}', 0))
            connection.connect(('127.0.0.1', site.port))
            connection.sendall(REQUEST)
            held.append(connection)
            connection.recv(4096)
        t.ok(from_address(site, '127.0.0.200') in (503, None), 'all together have theirs')
        for connection in held:
            connection.close()
        t.ok(wait_until(lambda: from_address(site, '127.0.0.200') == 200), 'until they leave')


def many_at_once(t, site):
    """200 connections at once, each keeping its own order of answers."""
    held = [site.connect() for _ in range(200)]
    number = hub.lesson(site, title='Beaucoup')
    for i, connection in enumerate(held):
        connection.sendall(f'GET {WEB}/lessons/{number} HTTP/1.1\r\nHost: a\r\nX-Request-Id: first-{i}\r\n\r\n'.encode() +
                           f'GET /groups/none HTTP/1.1\r\nHost: a\r\nX-Request-Id: second-{i}\r\nConnection: close\r\n\r\n'.encode())
    faults = []
    for i, connection in enumerate(held):
        text = b''
        while piece := connection.recv(65536):
            text += piece
        connection.close()
        if [line.decode() for line in re.findall(rb'HTTP/1.1 \d+|X-Request-Id: [^\r]*', text)] != \
                ['HTTP/1.1 200', f'X-Request-Id: first-{i}', 'HTTP/1.1 404', f'X-Request-Id: second-{i}']:
            faults.append(text[:300])
    t.is_(faults, [], '200 clients have each their two answers, in order')


t = Tap()
with Site() as site:
    hub.seed()
    t.ok(wait_until(lambda: site.get('/readyz').status == 200), 'ready')
    t.is_(site.post(f'{WEB}/lessons', hub.LESSON, auth('hub')).status, 201, 'and at work')
    leaks(t, site)
    many_at_once(t, site)
    slow(t, site)
    room(t)
t.done()
