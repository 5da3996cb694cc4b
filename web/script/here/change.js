/* What waits is changed before it is sent: the form it was written in has it again, and goes out in its place. */
import { fill } from '../edit/contents.js';

const OF_ONCE = ['csrf', 'idempotency_key', 'edit'];

/* How well a form has room for what was written: another row's form says so in what it hides. */
function fits(form, pairs) {
	return pairs.reduce((sum, [name, value]) => {
		const field = form.elements[name];

		if (!field || OF_ONCE.includes(name))
			return sum;
		return sum + (field.type !== 'hidden' ? 1 : field.value === value ? 2 : -100);
	}, 0);
}

function formFor(doc, url, pairs) {
	const path = new URL(url, location).pathname;
	const fitting = [...doc.forms].filter(form => form.getAttribute('method') === 'post' && new URL(form.getAttribute('action'), location).pathname === path)
		.map(form => ({ form, fit: fits(form, pairs) })).filter(({ fit }) => fit >= 0).sort((a, b) => b.fit - a.fit);

	return fitting[0]?.form;
}

/* Under its key, so that it counts once whatever became of it, and with the edit its writer saw. False: no such form here. */
export function change(doc, { key, url, body }) {
	const pairs = [...new URLSearchParams(body)], form = formFor(doc, url, pairs);

	if (!form)
		return false;
	fill(form, body);
	for (const [name, value] of pairs) {
		const field = form.elements[name];

		if (name === 'idempotency_key' || (name === 'edit' && field))
			field.value = value;
		else if (!field)        /* a row that a script had added */
			form.append(Object.assign(doc.createElement('input'), { type: 'hidden', name, value }));
	}
	form.setAttribute('action', `${form.getAttribute('action')}#${key}`);
	for (let at = form; at; at = at.parentElement.closest('details'))
		if (at.matches('details'))
			at.open = true;
	form.querySelectorAll('details').forEach(each => { each.open = true; });
	[...form.elements].find(each => each.matches('textarea, input:not([type=hidden]), select') && pairs.some(([name, value]) => value && name === each.name))?.focus();
	return true;
}
