/*
 * The cells of a large table walked with the arrow keys, Home, End, and with Ctrl to its corners. It stays a table and
 * no ARIA grid: there is nothing to do in its cells, and a screen reader's own keys for tables go on working. A
 * heading that is a link is reached as that link.
 */
const STEPS = {
	ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], PageUp: [-10, 0], PageDown: [10, 0],
	Home: [0, -Infinity], End: [0, Infinity],
};

const within = (n, last) => Math.max(0, Math.min(n, last));

export function walking(region) {
	const { rows } = region.querySelector('table');

	region.addEventListener('keydown', event => {
		const step = STEPS[event.key];

		if (!step || event.altKey || event.metaKey || event.shiftKey)
			return;
		const from = event.target.closest('td, th');
		let [down, right] = step;
		let row = from ? from.parentElement.rowIndex : 1;
		let column = from ? from.cellIndex : 1;

		if (event.ctrlKey && right)
			down = right;
		if (from || event.ctrlKey) {
			row = within(row + down, rows.length - 1);
			column = within(column + right, rows[0].cells.length - 1);
		}
		const cell = rows[row].cells[column];
		const target = cell.querySelector('a') || cell;

		event.preventDefault();
		if (target === cell)
			cell.tabIndex = -1;
		// not under the headings, which stand still
		region.style.scrollPadding = `${rows[0].offsetHeight}px 0 0 ${rows[0].cells[0].offsetWidth}px`;
		target.focus({ preventScroll: true });
		if (row > 0 && column > 0)
			cell.scrollIntoView({ block: 'nearest', inline: 'nearest' });
		else
			rows[Math.max(row, 1)].cells[Math.max(column, 1)].scrollIntoView({ block: 'nearest', inline: 'nearest' });
	});
}
