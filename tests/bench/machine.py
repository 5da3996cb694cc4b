"""The machine a figure belongs to, its cores, and the CPU time of processes."""

import contextlib
import os
import platform
import re
import subprocess
from pathlib import Path

from tests.lib import cluster

TICK = os.sysconf('SC_CLK_TCK')


def cores():
    """One core for servers, one for clients."""
    usable = sorted(os.sched_getaffinity(0))
    if len(usable) < 2:
        raise RuntimeError('server and client need a core each, and there is only one')
    return usable[0], usable[1]


@contextlib.contextmanager
def on_core(core):
    """What is started inside runs there (taskset for whatever is started, servers' children too)."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def stat(pid):
    """The fields of /proc/PID/stat behind the name, which may hold anything (proc(5))."""
    return Path(f'/proc/{pid}/stat').read_text().rpartition(') ')[2].split()


def family(pid):
    """The process and all it started."""
    parents = {}
    for entry in Path('/proc').iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                parents.setdefault(int(stat(entry.name)[1]), []).append(int(entry.name))
    found = [pid]
    for process in found:
        found.extend(parents.get(process, []))
    return found


def cpu_seconds(pid):
    """utime + stime of the process and all it started; of those that ended their parent knows it."""
    ticks = 0
    for process in family(pid):
        with contextlib.suppress(OSError):
            ticks += sum(map(int, stat(process)[11:15]))
    return ticks / TICK


def first_line(*command):
    done = subprocess.run(command, text=True, capture_output=True, check=False)
    return (done.stdout or done.stderr).strip().splitlines()[0]


def describe():
    """What a table has to name beside its figures."""
    model = re.search(r'^model name\s*:\s*(.*)$', Path('/proc/cpuinfo').read_text(), re.MULTILINE)
    postgres = Path(cluster.psql_program()).with_name('postgres')
    return {
        'cpu': model[1] if model else platform.machine(),
        'cores': os.cpu_count(),
        'kernel': platform.release(),
        'postgresql': first_line(postgres, '--version').split()[2],
        'nginx': first_line('nginx', '-v').rpartition('/')[2],
        'wrk': first_line('wrk', '-v').split()[1].removeprefix('debian/'),
        'load_before': os.getloadavg()[0],
    }
