"""What a person reads of a page, by its language, and what of it nobody translated."""

import functools
import html
import json
import re
from html.parser import HTMLParser

from tests.lib import catalogue
from tests.lib.site import psql

TAG = re.compile(r'{{.*?}}|%lld')
SNAKE = re.compile(r'\b[a-z]+_[a-z_]+\b')
WORD = re.compile(r'[^\W\d_]')
SPOKEN = ('aria-label', 'title', 'placeholder', 'alt')
SILENT = ('style', 'script', 'code', 'textarea', 'abbr')       # a language's code is short for its name
VOID = ('area', 'base', 'br', 'col', 'embed', 'hr', 'img', 'input', 'link', 'meta', 'source', 'track', 'wbr')


class Page(HTMLParser):
    """The texts a person reads or hears of a page, each with the language it is marked with; the values of its choices."""

    def __init__(self, text):
        super().__init__()
        self.marked, self.values, self.open = [], set(), []
        self.feed(text)

    @property
    def lang(self):
        return next((lang for _, lang in reversed(self.open) if lang), None)

    @property
    def silent(self):
        return any(tag in SILENT for tag, _ in self.open)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.open.append((tag, attrs.get('lang')))
        self.marked += [(attrs[name], self.lang) for name in SPOKEN if attrs.get(name) and tag != 'link']
        if tag == 'meta' and attrs.get('name') == 'description':
            self.marked.append((attrs['content'], self.lang))
        if attrs.get('value') and (tag in ('option', 'button') or attrs.get('type') == 'checkbox'):
            self.values.add(attrs['value'])
        if tag in VOID:
            self.open.pop()

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        text = ' '.join(data.split())
        if text and not self.silent:
            self.marked.append((text, self.lang))

    def texts(self, lang):
        return [text for text, marked in self.marked if marked == lang]


ADDRESS = re.compile(r'https?://\S+')       # the same in each language


class Language:
    """What may not stand on a page in one of our languages: the others' sentences anywhere, words and codes alone."""

    def __init__(self, lang):
        self.lang = lang
        every = list(catalogue.entries(lang))
        others = [entry for other in catalogue.LANGUAGES if other != lang for entry in catalogue.entries(other)]
        self.given = {text for _, _, given in every for text in given}
        self.codes = {msgid for context, msgid, _ in others if context}
        foreign = {(context, msgid) for context, msgid, _ in others}
        if lang == 'en':        # its texts are the msgids
            self.given |= {msgid for context, msgid, _ in others if not context}
            foreign = set()
        foreign |= {(context, text) for context, _, given in others for text in given}
        foreign = {(context, text) for context, text in foreign if WORD.search(text)}
        self.words = {text for _, text in foreign} - self.given
        self.sentences = [(text, re.compile(r'(?<!\w)' + '.+?'.join(map(re.escape, TAG.split(text))) + r'(?!\w)'),
                           max(TAG.split(text), key=len))
                          for context, text in foreign if not context and ' ' in text and text not in self.given]

    @functools.lru_cache(maxsize=None)
    def foreign(self, text):
        """What stands in this text of another language, or of none."""
        found = [whole for whole, pattern, part in self.sentences if part in text and pattern.search(text)]
        return found + SNAKE.findall(text) + ([text] if text.rstrip('\u00a0:') in self.words else [])

    def leftovers(self, texts, values=()):
        for text in texts:
            yield from self.foreign(text)
            if text in values and text not in self.codes:
                yield text

    def leftovers_on(self, page):
        return sorted(set(self.leftovers(page.texts(self.lang), page.values)))


def readable(text):
    """What a person reads of a feed or of a text: what is not a tag, an address or a mark of Markdown."""
    if text.startswith('<'):
        parts = re.findall(r'<(title|subtitle|summary|description|content)\b[^>]*>(.*?)</\1>', text, re.S)
        attributes = re.findall(r' (?:text|title|label)="([^"]*)"', text)
        text = html.unescape('\n'.join([part for _, part in parts] + attributes))
    text = html.unescape(re.sub(r'<[^>]*>', '\n', text))
    text = ADDRESS.sub('', re.sub(r'\]\([^)]*\)', '', text))
    text = re.sub(r'[*\[\]]', '', text)
    return [re.sub(r'^\s*(#+|-|\d+\.) ', '', line).strip() for line in text.splitlines()]


class Fourth:
    """What may not stand on a page in the language a test made: all that is neither marked nor in the database."""

    lang = catalogue.FOURTH
    MARKS = re.compile(f'[{catalogue.OPEN}{catalogue.CLOSE}]')
    JOINTS = re.compile(r'[,·:;()|/\n]|[–→] | [–-]$| - |^- |\. ')
    NAMES = {'Relais', 'Atom', 'RSS', 'OPML', 'Markdown', 'CSV', 'JSON', 'SVG', 'SMS', 'WhatsApp'}

    def __init__(self, typed=()):
        self.names = self.NAMES | set(map(catalogue.name, catalogue.LANGUAGES)) | {catalogue.FOURTH_NAME} | set(typed)
        self.data = data()

    def rest(self, text):
        """What stands outside of the marks."""
        depth = 0
        for piece in re.split(f'([{catalogue.OPEN}{catalogue.CLOSE}])', text):
            depth += (piece == catalogue.OPEN) - (piece == catalogue.CLOSE)
            yield '\n' if self.MARKS.match(piece) or depth > 0 else piece

    def is_known(self, text):
        return not WORD.search(text) or text in self.names or text in self.data

    def leftovers(self, texts, values=()):
        for text in texts:
            for piece in filter(None, map(str.strip, ''.join(self.rest(ADDRESS.sub('', text))).split('\n'))):
                if not self.is_known(piece):
                    yield from (part for part in map(str.strip, self.JOINTS.split(piece)) if not self.is_known(part))

    def leftovers_on(self, page):
        found = set(self.leftovers(page.texts(self.lang), page.values))
        # what we say is in the page's language, so it may not stand in an element of another
        return sorted(found | {text for text, lang in page.marked if lang != self.lang and self.MARKS.search(text)})


def data():
    """All text of the database, as one."""
    tables = psql("SELECT format('SELECT row_to_json(t) FROM %I.%I t;', schemaname, tablename) FROM pg_tables WHERE schemaname = 'relais'")
    found = set()

    def strings(value):
        if isinstance(value, str):
            found.add(' '.join(re.sub(r'<[^>]*>', '', value).split()))
        for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            strings(inner)

    for line in psql(tables).splitlines():
        strings(json.loads(line))
    return '\n'.join(sorted(found))


TEXTS = """
	SELECT json_build_object('lang', lang, 'texts', json_build_array(title, summary, body, conditions)) FROM relais.item_text
	UNION ALL SELECT json_build_object('lang', i.lang, 'texts', json_build_array(p.text)) FROM relais.problem p
		JOIN relais.item i USING (group_id, number)
	UNION ALL SELECT json_build_object('lang', i.lang, 'texts', json_build_array(s.text)) FROM relais.subquestion s
		JOIN relais.item i USING (group_id, number)
	UNION ALL SELECT json_build_object('lang', r.lang, 'texts', json_build_array(r.description)) FROM relais.group r
"""


def languages_of_texts():
    """{text: its language} of the texts that people write in a language they choose."""
    found = {}
    for row in map(json.loads, psql(TEXTS).splitlines()):
        for text in filter(None, row['texts']):
            found.setdefault(text, set()).add(row['lang'])
    return {text: langs.pop() for text, langs in found.items() if len(langs) == 1}


def mismarked(page, known):
    """The texts on the page that stand under another language than their own."""
    return sorted({(text, lang) for text, lang in page.marked if known.get(text, lang) != lang})
