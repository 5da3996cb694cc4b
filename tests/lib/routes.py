"""The rows of the route tables, read from services/site/*.c: what there is, so that no test forgets one."""

import re
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROW = re.compile(r'\{\s*\.method = HTTP_(\w+), \.pattern = "([^"]+)"(.*?)\},\n\t(?=\{)', re.S)


@dataclass
class Route:
    method: str
    pattern: str
    signed_in: bool
    web: bool
    api: bool
    flags: set
    is_page: bool
    has_body: bool
    has_query: bool
    form: str           # the name of its form on a page; None
    page: str           # the pattern of the page that shows its form again; None

    @property
    def name(self):
        return f'{self.method} {self.pattern}'


@dataclass
class Case:
    by: str = 'hub'                             # who may
    body: dict = None
    want: int = None                            # if not what its kind of row answers with
    forbidden: tuple = ()                       # who may not: (person, status)
    wrong: dict = field(default_factory=dict)   # changes of the body that make it wrong (None takes a field out)
    query: str = ''                             # a wrong query, without the ?
    needs: object = None                        # makes what the path names: a function that gives values
    known: tuple = ()                           # names in the path that no other value makes a 404 of


def read():
    found = []
    for path in sorted((ROOT / 'services' / 'site').glob('*.c')):
        text = path.read_text()
        for method, pattern, rest in ROW.findall(text):
            flags = set(re.search(r'\.flags = ([\w| ]+)', rest)[1].split(' | '))
            form, page = (re.search(rf'\.{word} = "([^"]+)"', rest) for word in ('name', 'page'))
            found.append(Route(method, pattern, '.who = SIGNED_IN' in rest, 'ON_WEB' in flags, 'ON_API' in flags, flags, 'FORM_HTML' in rest,
                               '.body = ' in rest, '.query = ' in rest, form and form[1], page and page[1]))
        if text.count('.pattern = "') != len(ROW.findall(text)):
            raise RuntimeError(f'{path.name}: a row of the table was not understood')
    return found
