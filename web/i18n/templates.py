"""Prints as a PO template the texts between {{#tr}} and {{/tr}}, {{#trn}} and {{/trn}}, and the words
between {{#word}} and {{/word}} that are no {{value}}, of the files named."""
import os
import re
import sys

TEXT = re.compile(r"\{\{#\s*(tr|trn)\s*\}\}(.*?)\{\{/\s*\1\s*\}\}", re.S)
WORD = re.compile(r"\{\{#\s*word\s*\}\}\s*(\w+)\s+(\w+)\s*\{\{/\s*word\s*\}\}")
HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'


def normal(text):
    """As the helpers do (shared/template/helpers.c): blanks in a row are one."""
    return re.sub(r"[ \t\r\n]+", " ", text).strip(" ")


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def entry(kind, text):
    """The PO entry of one section; None if it is not well formed."""
    if kind == "tr":
        text = normal(text)
        return (text, f'msgid {quoted(text)}\nmsgstr ""\n') if text else None
    parts = [normal(part) for part in text.split("|")]
    if len(parts) != 3 or not all(parts):
        return None
    return parts[1], (f"msgid {quoted(parts[1])}\nmsgid_plural {quoted(parts[2])}\n"
                      'msgstr[0] ""\nmsgstr[1] ""\n')


def main(paths):
    entries, plurals, words = {}, {}, set()
    for path in filter(os.path.isfile, paths):
        with open(path, encoding="utf-8") as file:
            source = file.read()
        for match in TEXT.finditer(source):
            found = entry(*match.groups())
            if found is None:
                line = source.count("\n", 0, match.start()) + 1
                sys.exit(f"{path}:{line}: not a text to translate: {match.group(0)}")
            msgid, text = found
            if match.group(1) == "trn" and plurals.setdefault(msgid, text) != text:
                sys.exit(f"{path}: “{msgid}” has another plural elsewhere, and a catalogue can tell only one")
            if len(text) > len(entries.get(msgid, "")):
                entries[msgid] = text   # one with a plural wins
        words.update(WORD.findall(source))
    coded = [f'msgctxt "{context}"\nmsgid "{code}"\nmsgstr ""\n' for context, code in sorted(words)]
    print("\n".join([HEADER] + [entries[msgid] for msgid in sorted(entries)] + coded), end="")


main(sys.argv[1:])
