/*
 * A row's form is sent by itself. The page that comes back has the row as it is now, which takes the old one's
 * place. Whatever else comes back, or nothing, the form goes out as it would have without this: with the same
 * bytes, so under the same key, so that it counts once.
 */
const PATIENCE = 15000; // milliseconds

/* What a browser sends of the form: the pressed button last, lines ended as in a form (WHATWG HTML, 4.10.21.4). */
function body(form) {
	const sent = new URLSearchParams();

	new FormData(form).forEach((value, name) => sent.append(name, value.replace(/\r\n?|\n/g, '\r\n')));
	return sent;
}

/* The page that answers the form; null if the line is bad. */
async function send(form) {
	const limit = new AbortController(), timer = setTimeout(() => limit.abort(), PATIENCE);

	try {
		const answer = await fetch(form.action, { method: 'POST', body: body(form), signal: limit.signal, headers: { Accept: 'text/html' } });
		return answer.ok ? new DOMParser().parseFromString(await answer.text(), 'text/html') : null;
	} catch (error) {
		return null;
	} finally {
		clearTimeout(timer);
	}
}

/* What waits beyond those that were shown. */
function addMore(doc, page) {
	const list = doc.getElementById('waiting');

	page.querySelectorAll('#waiting > li').forEach(row => {
		if (list && !doc.getElementById(row.id))
			list.append(row);
	});
}

export function answerInPlace(doc) {
	const said = doc.getElementById('said');

	doc.addEventListener('submit', async event => {
		const form = event.target, row = form.closest('.ask[id]');

		/* what waited and was opened to be changed goes the worker's way */
		if (event.defaultPrevented || !row || event.submitter === undefined || form.action.includes('#'))
			return;
		event.preventDefault();
		if (row.getAttribute('aria-busy'))
			return;
		row.setAttribute('aria-busy', 'true');
		if (event.submitter && event.submitter.name) {
			const pressed = doc.createElement('input');

			Object.assign(pressed, { type: 'hidden', name: event.submitter.name, value: event.submitter.value });
			form.append(pressed);
		}
		const page = await send(form), now = page && page.getElementById(row.id);
		if (!now) {
			row.removeAttribute('aria-busy');
			form.submit();
			return;
		}
		row.replaceWith(now);
		addMore(doc, page);
		now.tabIndex = -1;
		now.focus();
		said.textContent = now.dataset.said || said.dataset.undone;
	});
}
