/*
 * A toolbar of six above each long text, for those who do not know Markdown (ARIA Authoring Practices,
 * toolbar: one stop for the tab key, arrows from button to button). What it does can be undone.
 */
const LINK = 'https://';

/* Each takes what is chosen and gives what stands there then, and which part of that is chosen. */
const around = mark => chosen => [`${mark}${chosen}${mark}`, mark.length, mark.length + chosen.length];
const lines = mark => chosen => {
	const text = chosen.split('\n').map((line, i) => mark(i) + line).join('\n');
	return [text, chosen ? 0 : text.length, text.length];
};
const ACTIONS = {
	heading: { lines: true, change: lines(() => '## ') },
	bold: { key: 'b', change: around('**') },
	italic: { key: 'i', change: around('*') },
	list: { lines: true, change: lines(() => '- ') },
	numbers: { lines: true, change: lines(i => `${i + 1}. `) },
	link: { key: 'k', change: chosen => [`[${chosen}](${LINK})`, chosen.length + 3, chosen.length + 3 + LINK.length] },
};

/* A list begins a line of its own, behind an empty one: else it would be part of the sentence before. */
function whole(area) {
	const from = area.value.lastIndexOf('\n', area.selectionStart - 1) + 1;
	const next = area.value.indexOf('\n', area.selectionEnd);

	area.setSelectionRange(from, next < 0 ? area.value.length : next);
	const before = area.value.slice(0, from);
	return before && !before.endsWith('\n\n') && !/^([-#]|\d+\.) ?/.test(before.slice(before.lastIndexOf('\n', before.length - 2) + 1)) ? '\n' : '';
}

function act(area, action) {
	area.focus();
	const gap = action.lines ? whole(area) : '';
	const from = area.selectionStart;
	const [text, start, end] = action.change(area.value.slice(from, area.selectionEnd));

	// execCommand keeps the browser's undo; where there is none, the text is changed all the same
	if (!document.execCommand('insertText', false, gap + text)) {
		area.setRangeText(gap + text);
		area.dispatchEvent(new Event('input', { bubbles: true }));
	}
	area.setSelectionRange(from + gap.length + start, from + gap.length + end);
}

function walk(bar, event) {
	const buttons = [...bar.children];
	const at = buttons.indexOf(document.activeElement);
	const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: buttons.length - 1 }[event.key];

	if (to === undefined)
		return;
	event.preventDefault();
	buttons[at].tabIndex = -1;
	const next = buttons[(to + buttons.length) % buttons.length];
	next.tabIndex = 0;
	next.focus();
}

/* The toolbar stands above the text, and is hidden until there is a script to make it work. */
export function toolbar(area) {
	const bar = area.form.querySelector('.bar');

	[...bar.children].forEach((button, i) => { button.tabIndex = i === 0 ? 0 : -1; });
	bar.setAttribute('aria-controls', area.id);
	bar.hidden = false;
	bar.addEventListener('keydown', event => walk(bar, event));
	bar.addEventListener('click', event => {
		const button = event.target.closest('button');

		if (button)
			act(area, ACTIONS[button.dataset.do]);
	});
	area.addEventListener('keydown', event => {
		const action = (event.ctrlKey || event.metaKey) && !event.altKey && Object.values(ACTIONS).find(each => each.key === event.key);

		if (action) {
			event.preventDefault();
			act(area, action);
		}
	});
}
