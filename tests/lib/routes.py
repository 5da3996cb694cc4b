"""The rows of the route tables, read from services/site/*.c: what there is, so that no test forgets one."""

import re
from dataclasses import dataclass
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
