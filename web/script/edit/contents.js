/* What stands in a form, as it would be sent, without what the service put there for one sending. */
const ONCE = ['csrf', 'idempotency_key'];

export function contents(form) {
	return new URLSearchParams([...new FormData(form)].filter(([name]) => !ONCE.includes(name))).toString();
}

/* Puts such contents back. */
export function fill(form, text) {
	const typed = new URLSearchParams(text);

	for (const name of new Set([...form.elements].map(each => each.name))) {
		const values = typed.getAll(name);
		const fields = [...form.elements].filter(each => each.name === name && each.type !== 'submit');

		if (!name || ONCE.includes(name))
			continue;
		for (const field of fields) {
			if (field.type === 'checkbox' || field.type === 'radio')
				field.checked = values.includes(field.value);
			else if (values.length)
				field.value = values.shift();
		}
	}
}
