"""The Test Anything Protocol: a writer for tests in Python, a reader for the runner."""

import re
import sys
from dataclasses import dataclass, field


class Tap:
    """Writes one line a test and the plan at the end: t = Tap(); t.ok(…); t.done()."""

    def __init__(self):
        self.count = 0
        self.failed = 0

    def ok(self, condition, name, *diagnostics):
        self.count += 1
        print(f"{'ok' if condition else 'not ok'} {self.count} - {one_line(name)}")
        if not condition:
            self.failed += 1
            for text in diagnostics:
                self.note(text)
        sys.stdout.flush()
        return bool(condition)

    def is_(self, got, want, name):
        return self.ok(got == want, name, f'got:  {got!r}', f'want: {want!r}')

    def like(self, text, pattern, name):
        return self.ok(re.search(pattern, text), name, f'got:     {text!r}', f'pattern: {pattern!r}')

    def unlike(self, text, pattern, name):
        return self.ok(not re.search(pattern, text), name, f'got:         {text!r}', f'not pattern: {pattern!r}')

    def note(self, text):
        for line in str(text).splitlines():
            print(f'# {line}')

    def done(self):
        """Prints the plan and ends the program: 0 if nothing failed, else 1."""
        print(f'1..{self.count}', flush=True)
        sys.exit(1 if self.failed or not self.count else 0)


def one_line(text):
    """A '#' in a name would start a directive."""
    return ' '.join(str(text).split()).replace('#', '\\#')


@dataclass
class Outcome:
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    problems: list = field(default_factory=list)    # what failed beside single tests


LINE = re.compile(r'^(not )?ok\b *(\d+)?(.*)$')
PLAN = re.compile(r'^1\.\.(\d+)\s*(#\s*SKIP\b.*)?$', re.IGNORECASE)
SKIP = re.compile(r'(?<!\\)#\s*SKIP\b', re.IGNORECASE)


def read(text, exit_status):
    """
    Counts what a test program printed. cmocka prints a plan for each of its groups and
    "not ok 3 # SKIP name" for a skipped test, so plans are added up and SKIP is looked
    for first.
    """
    outcome = Outcome()
    planned = None
    for line in text.splitlines():
        plan, test = PLAN.match(line), LINE.match(line)
        if plan:
            planned = (planned or 0) + int(plan[1])
            if plan[2] and plan[1] == '0':
                outcome.skipped += 1
                planned += 1
        elif test and SKIP.search(test[3]):
            outcome.skipped += 1
        elif test:
            outcome.failed += bool(test[1])
            outcome.passed += not test[1]
        elif line.startswith('Bail out!'):
            outcome.problems.append(line)
    seen = outcome.passed + outcome.failed + outcome.skipped
    if seen == 0:
        outcome.problems.append('it printed no test')
    elif planned is None:
        outcome.problems.append('it printed no plan')
    elif planned != seen:
        outcome.problems.append(f'planned {planned} tests, ran {seen}')
    if exit_status != 0 and not outcome.failed:
        outcome.problems.append(f'it ended with {describe(exit_status)}')
    outcome.failed += bool(outcome.problems)
    return outcome


def describe(exit_status):
    return f'exit status {exit_status}' if exit_status >= 0 else f'signal {-exit_status}'
