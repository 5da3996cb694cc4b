"""A program of tests/web run by hand, with an empty hub of its own in DATABASE_URL."""

import os
import subprocess
import tempfile
from pathlib import Path

from tests.lib import cluster

ROOT = Path(__file__).resolve().parents[2]


def run(*command):
    """Gives its exit status."""
    with tempfile.TemporaryDirectory(prefix='relais-shots-') as scratch:
        os.chmod(scratch, 0o755)    # the server's user has to come through
        databases = cluster.Cluster(Path(scratch) / 'cluster')
        try:
            databases.make_template(ROOT / 'build' / 'release' / 'relais')
            return subprocess.run(command, cwd=ROOT, env=cluster.clean_environment() | {
                'DATABASE_URL': databases.clone('shots'), 'TMPDIR': scratch}).returncode
        finally:
            databases.stop()
