"""A person with a browser and no JavaScript: a session, pages, and the forms on them."""

import itertools
import re
from html.parser import HTMLParser
from json import dumps
from urllib.parse import urlencode

from tests.lib import hub

FORM = 'application/x-www-form-urlencoded'
CODES = itertools.count()
PAGE = {'Accept': 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8', 'Sec-Fetch-Site': 'same-origin'}


class Form:
    def __init__(self, attributes):
        self.action = attributes.get('action', '')
        self.method = attributes.get('method', 'get')
        self.values = []                # (name, value) as a browser would send them, without the buttons
        self.names = set()
        self.buttons = []               # (name, value)
        self.options = {}               # name: all values there are

    def filled(self, **values):
        """What a browser sends when these fields are filled in; lists for several boxes or names."""
        kept = [(name, value) for name, value in self.values if name not in values]
        for name, value in values.items():
            kept += [(name, each) for each in (value if isinstance(value, (list, tuple)) else [value])]
        return kept

    def value(self, name):
        return next((value for key, value in reversed(self.values) if key == name), None)

    def all(self, name):
        """What is ticked; a list of boxes begins with a hidden empty one."""
        return [value for key, value in self.values if key == name and value]


class Forms(HTMLParser):
    """The forms of a page."""

    def __init__(self, text):
        super().__init__()
        self.found, self.form, self.area, self.select, self.alerts = [], None, None, None, 0
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        a = {name: value if value is not None else '' for name, value in attrs}
        self.alerts += a.get('role') == 'alert'
        if tag == 'form':
            self.form = Form(a)
            self.found.append(self.form)
        if self.form is None:
            return
        if 'name' in a and tag in ('input', 'select', 'textarea', 'button'):
            self.form.names.add(a['name'])
        if tag == 'input' and 'name' in a:
            if a.get('type') in ('checkbox', 'radio'):
                self.form.options.setdefault(a['name'], []).append(a.get('value', 'on'))
            if a.get('type') not in ('checkbox', 'radio') or 'checked' in a:
                self.form.values.append((a['name'], a.get('value', 'on')))
        elif tag == 'button' and 'name' in a:
            self.form.buttons.append((a['name'], a.get('value', '')))
        elif tag == 'select':
            self.select = [a['name'], None]
        elif tag == 'option' and self.select:
            self.form.options.setdefault(self.select[0], []).append(a.get('value', ''))
            if 'selected' in a or self.select[1] is None:
                self.select[1] = a.get('value', '')
        elif tag == 'textarea':
            self.area = [a['name'], '']

    def handle_endtag(self, tag):
        if tag == 'form':
            self.form = None
        elif tag == 'select' and self.select:
            self.form.values.append(tuple(self.select))
            self.select = None
        elif tag == 'textarea' and self.area:
            self.form.values.append((self.area[0], self.area[1].replace('\r\n', '\n').removeprefix('\n')))
            self.area = None

    def handle_data(self, data):
        if self.area:
            self.area[1] += data


class Browser:
    """word: a person of the seed, signed in by a code; None: nobody."""

    def __init__(self, site, word=None, lang='en'):
        self.site, self.cookie, self.lang = site, None, lang
        self.answer = None
        if word is not None:
            code = f'BROWSER{next(CODES)}'
            hub.invite(word, code)
            self.sign_in(code)

    def sign_in(self, code, **fields):
        self.post('/sign-in', {'code': code} | fields)
        if self.answer.status != 303:
            raise RuntimeError(f'sign-in: {self.answer.status} {self.answer.text}')

    def headers(self, more):
        return PAGE | {'Accept-Language': self.lang} | ({'Cookie': self.cookie} if self.cookie else {}) | more

    def send(self, method, path, body=None, **headers):
        path = re.sub('^http://[^/]+', '', path)
        self.answer = self.site.request(method, path, body, self.headers({k.replace('_', '-'): v for k, v in headers.items()}))
        for field in self.answer.headers.get_all('Set-Cookie') or ():
            pair = field.partition(';')[0]
            self.cookie = pair if pair.partition('=')[2] else None
        return self.answer

    def get(self, path, **headers):
        return self.send('GET', path, **headers)

    def post(self, path, values, **headers):
        pairs = values if isinstance(values, list) else list(flat(values))
        return self.send('POST', path, urlencode(pairs), Content_Type=FORM, **headers)

    def json(self, path, value):
        """As the page's script does."""
        return self.send('POST', path, dumps(value), Content_Type='application/json', Accept='application/json')

    def forms(self):
        return Forms(self.answer.text).found

    def form(self, action):
        """The form on the page that goes there."""
        return next(form for form in self.forms() if re.sub(r'\?.*', '', form.action) == action)

    def submit(self, action, **values):
        """Fills in the form of the page that is open, and sends it."""
        return self.post(self.form(action).action, self.form(action).filled(**values))

    def follow(self):
        return self.get(re.sub('#.*', '', self.answer.headers['Location']))


def flat(values):
    """A JSON body as the names and values of a form."""
    for name, value in values.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            for i, row in enumerate(value):
                for sub, text in row.items():
                    yield f'{name}.{i}.{sub}', text
        elif isinstance(value, list):
            for each in value:
                yield name, each
        else:
            yield name, {True: 'true', False: 'false'}.get(value, value) if isinstance(value, bool) else value
