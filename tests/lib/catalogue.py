"""The catalogues of web/i18n, and one more that a test makes: every text in it is known by its marks."""

import os
import re
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
I18N = ROOT / 'web' / 'i18n'
LANGUAGES = sorted(path.stem for path in I18N.glob('*.po'))
LINE = re.compile(r'(msgctxt|msgid_plural|msgid|msgstr(?:\[\d+\])?)?\s*"(.*)"$')

# A language of Benin, with a rule for plurals that none of the others has: one, an even number, any other.
FOURTH, FOURTH_NAME, FORMS = 'fon', 'Fɔngbè', 3
HEADER = f'''msgid ""
msgstr ""
"Language: {FOURTH}\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals={FORMS}; plural=(n == 1 ? 0 : n % 2 == 0 ? 1 : 2);\\n"
"X-Language-Name: {FOURTH_NAME}\\n"
'''
OPEN, CLOSE = '⟦', '⟧'


def blocks(text):
    """The entries of a catalogue, each as {keyword: string as it is written}."""
    for block in text.split('\n\n'):
        found, key = {}, None
        for match in filter(None, map(LINE.match, block.splitlines())):
            key = match[1] or key
            found[key] = found.get(key, '') + match[2]
        if found.get('msgid'):
            yield found


def entries(lang):
    """(context, msgid, its translations) of the language's catalogue."""
    for block in blocks((I18N / f'{lang}.po').read_text().replace('\\"', '"')):
        given = [text for key, text in block.items() if key.startswith('msgstr')]
        for name in ('msgid', 'msgid_plural'):
            if name in block:
                yield block.get('msgctxt'), block[name], given


def name(lang):
    """The language's own name, as its header says it."""
    return re.search(r'^"X-Language-Name: (.*)\\n"$', (I18N / f'{lang}.po').read_text(), re.M)[1]


def translated(block):
    """An entry in the fourth language: ⟦Sign in⟧, and ⟦0:one lesson⟧ ⟦1:…⟧ ⟦2:…⟧ for a plural."""
    lines = [f'{key} "{block[key]}"' for key in ('msgctxt', 'msgid', 'msgid_plural') if key in block]
    if 'msgid_plural' in block:
        lines += [f'msgstr[{form}] "{OPEN}{form}:{block["msgid_plural" if form else "msgid"]}{CLOSE}"' for form in range(FORMS)]
    else:
        lines.append(f'msgstr "{OPEN}{block["msgid"]}{CLOSE}"')
    return '\n'.join(lines) + '\n'


def with_fourth(directory):
    """Compiles our catalogues and the one file of the fourth language into the directory; gives the folder of sources."""
    sources = Path(directory) / 'i18n'
    shutil.copytree(I18N, sources)
    found = run(sources / 'extract')
    (sources / f'{FOURTH}.po').write_text('\n'.join([HEADER, *map(translated, blocks(found))]))
    run(sources / 'compile', directory)
    return sources


def run(script, *words):
    """One of web/i18n's, for the texts of this checkout; gives what it prints, raises if it finds fault."""
    done = subprocess.run(['sh', script, *words], text=True, capture_output=True, env=os.environ | {'ROOT': str(ROOT)})
    if done.returncode != 0:
        raise RuntimeError(f'{script}: {done.stderr}')
    return done.stdout
