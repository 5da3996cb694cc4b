/* The forms that wait here, each with its state and what can be done. */
import { forms, keepForm } from '../here/store.js';

const HIDDEN = ['csrf', 'idempotency_key', 'edit', 'lang', 'municipality', 'status'];
const SENT_AGAIN = ['saved', 'sign-in'];
const OPENED = ['conflict', 'wrong'];
const CHANGED = ['saved'];      // on the page where it was written
const { lang } = document.documentElement, { person = '0' } = document.getElementById('main').dataset;
const pattern = document.getElementById('form'), list = document.getElementById('forms');

/* What was filled in, in the form's order. */
const written = body => [...new URLSearchParams(body)].filter(([name, value]) => value && !HIDDEN.includes(name)).map(([, value]) => value);

/* The service shows it again, with what is wrong and what has changed; under this name it is replaced when it is sent. */
function open(form) {
	const made = document.createElement('form'), csrf = document.querySelector('[name=csrf]');

	made.method = 'post';
	made.action = `${form.url}#${form.key}`;
	for (const [name, value] of new URLSearchParams(form.body)) {
		const input = document.createElement('input');

		input.type = 'hidden';
		input.name = name;
		input.value = name === 'csrf' && csrf ? csrf.value : value;
		made.append(input);
	}
	list.append(made);
	made.submit();
}

function buttons(item, form, tell) {
	const one = name => item.querySelector(`.${name}`), drop = one('drop');

	one('open').hidden = !OPENED.includes(form.state);
	one('open').onclick = () => open(form);
	one('change').hidden = !form.from || !CHANGED.includes(form.state);
	one('change').href = `${(form.from || '').replace(/#.*/, '')}#change-${form.key}`;
	one('send').hidden = !SENT_AGAIN.includes(form.state);
	one('send').onclick = () => tell({ is: 'open', csrf: (document.querySelector('[name=csrf]') || {}).value });
	one('sign-in').hidden = form.state !== 'sign-in' || person !== '0';
	one('look').hidden = !form.where;
	if (form.where)
		one('look').href = form.where;
	drop.hidden = form.state === 'sending';
	drop.onclick = () => {
		if (form.state === 'received' || drop.dataset.asked)
			return tell({ is: 'drop', key: form.key });
		drop.dataset.asked = 1;
		drop.textContent = drop.dataset.sure;
	};
}

function row(form, tell) {
	const item = pattern.content.cloneNode(true).firstElementChild, one = name => item.querySelector(`.${name}`), texts = written(form.body);
	const word = { 'sign-in': 'signIn' }[form.state] || form.state;

	item.id = form.key;
	item.dataset.state = form.state;
	one('title').textContent = form.title || form.url.replace(/\?.*/, '');
	item.querySelector('.when').textContent = new Date(form.at).toLocaleString(lang, { dateStyle: 'long', timeStyle: 'short' });
	one('did').textContent = form.did || '';
	one('tag').textContent = one('tag').dataset[word];
	one('why').textContent = one('why').dataset[word] || '';
	one('tell').textContent = form.tell || '';
	item.querySelector('details').hidden = texts.length === 0;
	item.querySelector('.text').append(...texts.map(text => Object.assign(document.createElement('p'), { className: 'lines', textContent: text })));
	buttons(item, form, tell);
	return item;
}

async function show(tell) {
	const all = await forms(), own = all.filter(form => form.who === person).reverse();
	const opened = new Set([...list.querySelectorAll('details[open]')].map(details => details.closest('li').id));

	list.replaceChildren(...own.map(form => row(form, tell)));
	for (const id of opened)
		document.getElementById(id)?.querySelector('details').setAttribute('open', '');
	document.getElementById('none').hidden = own.length > 0;
	document.getElementById('others').hidden = !all.some(form => form.who !== person && form.state !== 'received');
	for (const form of own)
		if (form.state === 'received' && !form.seen)
			await keepForm({ ...form, seen: true });
}

export function listForms(worker) {
	const tell = message => worker.controller && worker.controller.postMessage(message);
	let turn = show(tell);

	worker.addEventListener('message', () => { turn = turn.then(() => show(tell)); });
	return turn;
}
