"""Further databases beside the test's own, in the same cluster."""

import contextlib
import os
import re

from tests.lib import cluster


@contextlib.contextmanager
def another(name, template=cluster.Cluster.TEMPLATE):
    """The address of a database like the template (an empty hub), which is dropped at the end."""
    own = os.environ['DATABASE_URL']
    database = re.match(r'postgresql:///([^?]+)', own)[1] + f'_{name}'
    maintenance = own.replace('///' + re.match(r'postgresql:///([^?]+)', own)[1], '///postgres')
    cluster.psql(maintenance, f"CREATE DATABASE {database} TEMPLATE {template} ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'")
    try:
        yield maintenance.replace('///postgres', f'///{database}')
    finally:
        cluster.psql(maintenance, f'DROP DATABASE {database} WITH (FORCE)')
