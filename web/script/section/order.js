/*
 * The items of a section are dragged into their order, by pointer or by the arrow keys on their handle; the
 * buttons up and down do it without opening the page anew. Each change is saved at once. An item stays among
 * those that are put first, or among the others.
 */
const moves = { ArrowUp: -1, ArrowDown: 1, up: -1, down: 1 };

const isFirst = item => 'pinned' in item.dataset;

/* The item beside this one that it may change places with. */
function beside(item, by) {
	const other = by < 0 ? item.previousElementSibling : item.nextElementSibling;

	return other && isFirst(other) === isFirst(item) ? other : null;
}

/* Up and down are there where they lead somewhere. */
function mend(list) {
	for (const item of list.children)
		for (const name of ['up', 'down'])
			item.querySelector(`[name=${name}]`).disabled = !beside(item, moves[name]);
}

/* The draft that follows the order, unless somebody is writing in it. */
async function freshText(doc) {
	const area = doc.querySelector('textarea[name=text]');
	const { pathname, search } = doc.location;

	if (!area || area.value !== area.defaultValue)
		return;
	const answer = await fetch(`${pathname}.json${search}`);
	if (answer.ok && area.value === area.defaultValue)
		area.value = area.defaultValue = (await answer.json()).prefill.section.text;
}

export function ordering(doc) {
	const form = doc.querySelector('form[data-move]');
	const told = form && form.querySelector('[role=status]');
	let saved = Promise.resolve();

	async function save(order) {
		const body = new URLSearchParams([['csrf', form.elements.csrf.value], ...order.map(n => ['order', n])]);
		const answer = await fetch(form.action, { method: 'POST', keepalive: true, body, headers: { Accept: 'application/json' } }).catch(() => null);

		if (answer && answer.ok)
			await freshText(doc).catch(() => {});
		else
			told.textContent = form.dataset.failed;
	}

	/* One after the other: the last one counts. */
	function changed(item) {
		const list = item.parentElement;
		const all = [...form.querySelectorAll('[data-sort] > li')].map(each => each.dataset.item);

		mend(list);
		told.textContent = `${form.dataset.place} ${[...list.children].indexOf(item) + 1}/${list.children.length}`;
		saved = saved.then(() => save(all));
	}

	function move(item, by, focused) {
		const other = beside(item, by);

		if (other) {
			other[by < 0 ? 'before' : 'after'](item);
			changed(item);
			if (focused.disabled)
				item.querySelector('.handle').focus();
			else
				focused.focus();
		}
	}

	function drag(item, handle, event) {
		const before = [...item.parentElement.children].indexOf(item);
		const over = e => {
			for (const by of [-1, 1]) {
				const other = beside(item, by);
				const box = other && other.getBoundingClientRect();

				if (box && (by < 0 ? e.clientY < box.top + box.height / 2 : e.clientY > box.top + box.height / 2))
					other[by < 0 ? 'before' : 'after'](item);
			}
		};
		const end = () => {
			handle.removeEventListener('pointermove', over);
			item.classList.remove('moving');
			if ([...item.parentElement.children].indexOf(item) !== before)
				changed(item);
		};

		event.preventDefault();
		handle.focus();
		handle.setPointerCapture(event.pointerId);
		item.classList.add('moving');
		handle.addEventListener('pointermove', over);
		handle.addEventListener('lostpointercapture', end, { once: true });
	}

	function sortable(item) {
		const handle = doc.createElement('button');

		handle.type = 'button';
		handle.className = 'quiet handle';
		handle.textContent = '↕';
		handle.setAttribute('aria-label', `${form.dataset.move}: ${item.firstElementChild.textContent.trim()}`);
		item.prepend(handle);
		handle.addEventListener('pointerdown', event => { if (event.button === 0) drag(item, handle, event); });
		handle.addEventListener('keydown', event => {
			if (moves[event.key]) {
				event.preventDefault();
				move(item, moves[event.key], handle);
			}
		});
	}

	if (!form)
		return;
	for (const item of form.querySelectorAll('[data-sort] > li'))
		sortable(item);
	form.addEventListener('submit', event => {
		const { name } = event.submitter || {};

		if (moves[name]) {
			event.preventDefault();
			move(event.submitter.closest('li'), moves[name], event.submitter);
		}
	});
}
