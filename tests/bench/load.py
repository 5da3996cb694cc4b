"""The clients: wrk for HTTP and pgbench for SQL, each on the clients' core."""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.bench import machine
from tests.lib import cluster

DATA = Path(__file__).with_name('data')
CONNECTIONS = 64


@dataclass
class Turn:
    """What one turn of a client came to."""
    done: int                       # requests or transactions
    seconds: float
    cpu: float = 0.0                # of the server, seconds

    @property
    def rate(self):
        return self.done / self.seconds

    @property
    def per_cpu(self):
        return self.done / self.cpu


def in_turn(turns, *clients):
    """Each client once a turn, in alternating order; gives the list of turns of each."""
    taken = [[] for _ in clients]
    for turn in range(turns):
        for index in range(len(clients))[::-1 if turn % 2 else 1]:
            taken[index].append(clients[index]())
    return taken


def output_of(command, env=None):
    with machine.on_core(machine.cores()[1]):
        done = subprocess.run([str(word) for word in command], text=True, capture_output=True,
                              env=env or cluster.clean_environment())
    if done.returncode != 0:
        raise RuntimeError(f'{command[0]} ended with {done.returncode}: {done.stderr.strip()}')
    return done.stdout


def found(pattern, text):
    match = re.search(pattern, text)
    if not match:
        raise RuntimeError(f'{pattern} is not in: {text}')
    return match[1]


def wrk(url, seconds, headers=(), script=None, server=None):
    """One thread, 64 connections kept alive. server: the process whose CPU time is taken."""
    before = machine.cpu_seconds(server) if server else 0
    text = output_of(['wrk', '-t1', f'-c{CONNECTIONS}', f'-d{seconds}s', '--timeout', '10s',
                      *(word for header in headers for word in ('-H', header)),
                      *(['-s', DATA / script] if script else []), url])
    cpu = machine.cpu_seconds(server) - before if server else 0
    if re.search(r'Non-2xx|Socket errors', text):
        raise RuntimeError(f'not every request was answered well: {text}')
    requests, length, unit = re.search(r'(\d+) requests in ([\d.]+)(\w+),', text).groups()
    return Turn(int(requests), float(length) * {'s': 1, 'm': 60}[unit], cpu)


def pgbench(url, script, seconds, clients=1, session='', server=None, **values):
    """session: settings of its connections. server: as of wrk()."""
    before = machine.cpu_seconds(server) if server else 0
    program = Path(cluster.psql_program()).with_name('pgbench')
    text = output_of([program, '--no-vacuum', '--protocol=prepared', f'--client={clients}', '--jobs=1',
                      f'--time={seconds}', *(f'--define={name}={value}' for name, value in values.items()),
                      f'--file={script}', url],
                     cluster.clean_environment() | {'PGOPTIONS': session})
    cpu = machine.cpu_seconds(server) - before if server else 0
    if int(found(r'number of failed transactions: (\d+)', text)) > 0:
        raise RuntimeError(f'transactions failed: {text}')
    done = int(found(r'transactions actually processed: (\d+)', text))
    return Turn(done, done / float(found(r'tps = ([\d.]+)', text)), cpu)
