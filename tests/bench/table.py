"""What was measured, as rows of a Markdown table and of bench.json."""

from dataclasses import asdict, dataclass
from statistics import median


@dataclass
class Row:
    """
    ours and theirs: one figure a turn, and more is better. The ratio is the median of the
    turns' ratios: what else the machine does in a turn slows both.
    """
    job: str
    unit: str
    client: str
    peer: str
    ours: list
    theirs: list
    goal: float = None              # least ratio; None: shown for what it is

    @property
    def ratio(self):
        return median(ours / theirs for ours, theirs in zip(self.ours, self.theirs))

    @property
    def verdict(self):
        return '' if self.goal is None else 'holds' if self.ratio >= self.goal else 'falls short'

    def cells(self):
        goal = f'≥ {self.goal:g}' if self.goal is not None else ''
        return (self.job, self.unit, self.client, figure(median(self.ours)),
                f'{figure(median(self.theirs))} ({self.peer})', f'{self.ratio:.2f}', goal, self.verdict)

    def json(self):
        return asdict(self) | {'ratio': self.ratio, 'verdict': self.verdict}


@dataclass
class Limit:
    """milliseconds: one figure a turn, whose median is to stay under the goal."""
    job: str
    unit: str
    client: str
    milliseconds: list
    goal: float

    @property
    def verdict(self):
        return 'holds' if median(self.milliseconds) < self.goal else 'falls short'

    def cells(self):
        return (self.job, self.unit, self.client, f'{median(self.milliseconds):.2f}', '', '', f'< {self.goal:g} ms', self.verdict)

    def json(self):
        return asdict(self) | {'verdict': self.verdict}


def figure(value):
    return f'{value:,.0f}' if value >= 100 else f'{value:.1f}'


def markdown(rows):
    names = ('job', 'unit', 'client', 'Relais', 'beside it', 'ratio', 'goal', '')
    lines = [names, *(row.cells() for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines)]
    text = ['| ' + ' | '.join(cell.ljust(width) for cell, width in zip(line, widths)) + ' |' for line in lines]
    return '\n'.join([text[0], '|' + '|'.join('-' * (width + 2) for width in widths) + '|', *text[1:]])
