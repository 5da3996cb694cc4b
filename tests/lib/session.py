"""
What psql would print, over a connection that stays: tests ask the database again and again until
something has come true, and a process for each look was most of what they cost.
"""

import os
import re
import threading

from tests.lib import pq

# Strings, bodies of functions and comments are one piece each, so that a semicolon in them ends nothing.
STATEMENT = re.compile(r"""(?: '(?:[^']|'')*' | \$(\w*)\$.*?\$\1\$ | --[^\n]* | [^;] )+""", re.DOTALL | re.VERBOSE)
own = threading.local()         # two threads may wait for each other in the database


def connection():
    """As new: what was set before is gone. Another, if the server ended it meanwhile or the database is another."""
    url = os.environ['DATABASE_URL']
    if hasattr(own, 'link'):
        try:
            own.link.rows('DISCARD ALL')
            if own.url == url:
                return own.link
        except pq.Error:
            pass
        own.link.close()
    own.link, own.url = pq.Connection(url), url
    return own.link


def run(sql):
    """Each statement by itself, as psql sends them."""
    try:
        link = connection()
        rows = [row for each in STATEMENT.finditer(sql) if each[0].strip() for row in link.rows(each[0])]
    except pq.Error as error:
        raise RuntimeError(f'psql: {error}') from None
    return '\n'.join('|'.join(value or '' for value in row) for row in rows).rstrip('\n')
