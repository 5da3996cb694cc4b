/*
 * Says on each page what is kept on this device: that the page is a copy, that something waits to be sent, that it
 * was received. Comes from the worker, as do its words (outbox.json).
 */
import { change } from './here/change.js';

const AGAIN = 10000;            // milliseconds until what waits is tried once more
const { html } = document.currentScript, { lang, dataset: { kept } } = document.documentElement;
const worker = navigator.serviceWorker, place = document.createElement('p');
const [, opened] = /^#change-([\w-]{43,})$/.exec(location.hash) || [];
let state = {}, words = {}, word, timer;

const tell = message => worker.ready.then(({ active }) => active.postMessage(message));
const open = () => tell({ is: 'open', csrf: (document.querySelector('[name=csrf]') || {}).value });

function say(text, link) {
	place.hidden = !text;
	place.textContent = text;
	if (link)
		place.append(' ', Object.assign(document.createElement('a'), { href: `/outbox${location.search.includes('lang=') ? `?lang=${lang}` : ''}`, textContent: words.look }));
}

function show() {
	say([kept && words.kept.replace('…', new Date(kept).toLocaleString(lang, { dateStyle: 'long', timeStyle: 'short' })),
		state.waiting && `${words.waiting} ${state.waiting}`, state.received && `${words.received} ${state.received}`,
		state.others && words.others, word && words[word]].filter(Boolean).join(' · '), state.waiting || state.received);
}

function submitted(event) {
	const form = event.target, key = (form.elements.idempotency_key || {}).value;

	if (event.defaultPrevented)
		return;
	if (key) {
		/* what was opened from the outbox, and is written over now */
		if (!opened && /^#[\w-]{43,}$/.test(location.hash))
			form.setAttribute('action', form.getAttribute('action') + location.hash);
		tell({ is: 'note', key, title: document.title, did: event.submitter ? event.submitter.textContent : '' });
		say(words.sending);
	} else if (state.waiting && /\/sign-out/.test(form.action) && !form.dataset.warned) {
		event.preventDefault();
		form.dataset.warned = 1;
		say(words.leaving, true);
	}
}

/* A page that came well, without what a script added. */
function handOver() {
	const [entry] = performance.getEntriesByType('navigation');

	if (html && entry && entry.responseStatus === 200)
		tell({ is: 'first', url: location.href, html: `<!DOCTYPE html>\n${html}` });
}

async function start() {
	Object.assign(place, { id: 'here', className: 'notice', hidden: true });
	place.setAttribute('role', 'status');
	Object.assign(place.style, { position: 'sticky', bottom: 0, zIndex: 3, margin: 0, borderRadius: 0 });
	document.body.append(place);
	worker.addEventListener('message', event => {
		if ('change' in event.data)
			word = !event.data.change ? 'gone' : change(document, event.data.change) ? 'changing' : 'nowhere';
		else
			state = event.data;
		show();
		clearTimeout(timer);
		if (state.waiting)
			timer = setTimeout(open, AGAIN);
	});
	addEventListener('online', open);
	/* at the window, after whoever sends a form without leaving the page */
	addEventListener('submit', submitted);
	document.head.append(Object.assign(document.createElement('link'), { rel: 'manifest', href: '/manifest.webmanifest' }));
	handOver();
	words = await (await fetch(`/outbox.json?lang=${lang}`)).json();
	show();
	if (opened)
		tell({ is: 'change', key: opened });
	open();
}

start().catch(() => {});
