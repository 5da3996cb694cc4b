"""Fails if a translation in the PO file named uses {{tags}} its msgid does not have."""
import re
import sys

TAG = re.compile(r"\{\{.*?\}\}|\{\w+\}")
LINE = re.compile(r'(msgctxt|msgid_plural|msgid|msgstr(?:\[\d+\])?)?\s*"(.*)"$')


def fields(block):
    """The strings of one entry, by keyword."""
    found, key = {}, None
    for line in block.splitlines():
        match = LINE.match(line)
        if match:
            key = match.group(1) or key
            found[key] = found.get(key, "") + match.group(2)
    return found


def main(path):
    failed = False
    with open(path, encoding="utf-8") as file:
        blocks = file.read().split("\n\n")
    for block in blocks:
        entry = fields(block)
        if not entry.get("msgid"):
            continue
        allowed = set(TAG.findall(entry["msgid"] + entry.get("msgid_plural", "")))
        needed = set() if "msgid_plural" in entry else allowed
        for key, text in entry.items():
            tags = set(TAG.findall(text))
            if key.startswith("msgstr") and text and not needed <= tags <= allowed:
                print(f"{path}: other tags than in the msgid: {text}", file=sys.stderr)
                failed = True
    return failed


sys.exit(main(sys.argv[1]))
