"""libpq by ctypes, as far as tests of the database need it: several connections at once."""

import ctypes
import ctypes.util
import json
import os
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COMMAND_OK, TUPLES_OK = 1, 2
SQLSTATE, CONSTRAINT = ord('C'), ord('n')

_pq = ctypes.CDLL(ctypes.util.find_library('pq') or 'libpq.so.5')
for _name, _result, _arguments in (
        ('PQconnectdb', ctypes.c_void_p, (ctypes.c_char_p,)),
        ('PQstatus', ctypes.c_int, (ctypes.c_void_p,)),
        ('PQerrorMessage', ctypes.c_char_p, (ctypes.c_void_p,)),
        ('PQfinish', None, (ctypes.c_void_p,)),
        ('PQexec', ctypes.c_void_p, (ctypes.c_void_p, ctypes.c_char_p)),
        ('PQexecParams', ctypes.c_void_p, (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int, ctypes.c_void_p,
                                           ctypes.POINTER(ctypes.c_char_p), ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)),
        ('PQprepare', ctypes.c_void_p, (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_int, ctypes.c_void_p)),
        ('PQexecPrepared', ctypes.c_void_p, (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int, ctypes.POINTER(ctypes.c_char_p),
                                             ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)),
        ('PQresultStatus', ctypes.c_int, (ctypes.c_void_p,)),
        ('PQresultErrorField', ctypes.c_char_p, (ctypes.c_void_p, ctypes.c_int)),
        ('PQresultErrorMessage', ctypes.c_char_p, (ctypes.c_void_p,)),
        ('PQntuples', ctypes.c_int, (ctypes.c_void_p,)),
        ('PQnfields', ctypes.c_int, (ctypes.c_void_p,)),
        ('PQgetisnull', ctypes.c_int, (ctypes.c_void_p, ctypes.c_int, ctypes.c_int)),
        ('PQgetvalue', ctypes.c_char_p, (ctypes.c_void_p, ctypes.c_int, ctypes.c_int)),
        ('PQclear', None, (ctypes.c_void_p,))):
    _function = getattr(_pq, _name)
    _function.restype, _function.argtypes = _result, list(_arguments)


class Error(Exception):
    def __init__(self, message, sqlstate):
        super().__init__(message)
        self.sqlstate = sqlstate


class Connection:
    """One connection; errors are raised, values are text or None."""

    def __init__(self, url=None):
        self.prepared = set()
        self.link = _pq.PQconnectdb((url or os.environ['DATABASE_URL']).encode())
        if _pq.PQstatus(self.link) != 0:
            raise Error(_pq.PQerrorMessage(self.link).decode(), '08000')

    def close(self):
        _pq.PQfinish(self.link)
        self.link = None

    def rows(self, sql, *values):
        """The rows of one statement with $1, $2 … ; without values, several statements may be sent."""
        if values:
            count, texts = as_array(values)
            return fetch(_pq.PQexecParams(self.link, sql.encode(), count, None, texts, None, None, 0))
        return fetch(_pq.PQexec(self.link, sql.encode()))

    def value(self, sql, *values):
        rows = self.rows(sql, *values)
        return rows[0][0] if rows else None

    def statement(self, statement, values):
        """The rows of a named statement, prepared when it is first asked for."""
        name = statement.name.encode()
        if name not in self.prepared:
            fetch(_pq.PQprepare(self.link, name, statement.sql.encode(), 0, None))
            self.prepared.add(name)
        count, texts = as_array(values.get(param) for param in statement.params)
        return fetch(_pq.PQexecPrepared(self.link, name, count, texts, None, None, 0))


def as_array(values):
    texts = [None if value is None else as_text(value).encode() for value in values]
    return len(texts), (ctypes.c_char_p * len(texts))(*texts)


def fetch(result):
    """The rows of a result, which is freed; raises what went wrong."""
    try:
        if _pq.PQresultStatus(result) not in (COMMAND_OK, TUPLES_OK):
            raise Error(_pq.PQresultErrorMessage(result).decode().strip(),
                        (_pq.PQresultErrorField(result, SQLSTATE) or b'').decode())
        return [[None if _pq.PQgetisnull(result, row, column) else _pq.PQgetvalue(result, row, column).decode()
                 for column in range(_pq.PQnfields(result))] for row in range(_pq.PQntuples(result))]
    finally:
        _pq.PQclear(result)


def as_text(value):
    if isinstance(value, bool):
        return 'true' if value else 'false'
    return json.dumps(value) if isinstance(value, (list, dict)) else str(value)


class Statement:
    """A named statement of sql/*.sql, with its parameters as $n; a write as the service wraps it."""

    def __init__(self, name, kind, text):
        self.name, self.kind, self.params = name, kind, []
        sql = re.sub(r"('(?:[^']|'')*')|--[^\n]*|(?<!:):([a-z_]+)", self.piece, text).strip().rstrip(';')
        self.sql = sql if kind == 'read' else f'SELECT coalesce(relais.replayed(), relais.remember(({sql})))'

    def piece(self, match):
        if match[1]:
            return match[1]
        if not match[2]:
            return ''
        if match[2] not in self.params:
            self.params.append(match[2])
        # a parameter without a cast is text, as in a function's argument
        return f'${self.params.index(match[2]) + 1}'


def statements():
    """{name: Statement} of all files."""
    found = {}
    for path in sorted((ROOT / 'sql').glob('*.sql')):
        parts = re.split(r'^-- *statement *: *(\w+) +(\w+) *$', path.read_text(), flags=re.MULTILINE)
        for name, kind, text in zip(parts[1::3], parts[2::3], parts[3::3]):
            found[name] = Statement(name, kind, text)
    return found
