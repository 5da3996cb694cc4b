/*
 * Installs the worker once the page is drawn, and says on each page what is kept on this device: that the page is
 * a copy, that something waits to be sent, that it was received. The words stand in the page (foot.html).
 */
const AGAIN = 10000;            // milliseconds until what waits is tried once more
const place = document.getElementById('here');
let state = {}, timer;

function say(text, link) {
	place.firstElementChild.textContent = text;
	place.lastElementChild.hidden = !link;
	place.hidden = !text;
}

function show() {
	const { kept } = document.documentElement.dataset, words = place.dataset;

	say([kept && words.kept.replace('…', new Date(kept).toLocaleString(document.documentElement.lang, { dateStyle: 'long', timeStyle: 'short' })),
		state.waiting && `${words.waiting} ${state.waiting}`, state.received && `${words.received} ${state.received}`,
		state.others && words.others].filter(Boolean).join(' '), state.waiting || state.received);
}

/* A page that came well, without what a script added. */
function asItCame() {
	const [entry] = performance.getEntriesByType('navigation');

	return entry && entry.responseStatus === 200 && `<!DOCTYPE html>\n${document.documentElement.outerHTML}`;
}

export function keepHere(worker) {
	if (!worker || !place)
		return;
	const html = !worker.controller && asItCame();
	const tell = message => worker.controller && worker.controller.postMessage(message);
	const open = () => tell({ is: 'open', csrf: (document.querySelector('[name=csrf]') || {}).value });

	worker.addEventListener('message', event => {
		state = event.data;
		show();
		clearTimeout(timer);
		if (state.waiting)
			timer = setTimeout(open, AGAIN);
	});
	worker.addEventListener('controllerchange', () => {
		if (html)
			tell({ is: 'first', url: location.href, html });
	});
	addEventListener('load', () => {
		const manifest = document.createElement('link');

		manifest.rel = 'manifest';
		manifest.href = '/manifest.webmanifest';
		document.head.append(manifest);
		worker.register('/worker.js').catch(() => {});
		open();
	});
	addEventListener('online', open);
	/* at the window, after whoever sends a form without leaving the page */
	addEventListener('submit', event => {
		const form = event.target, key = (form.elements.idempotency_key || {}).value;

		if (event.defaultPrevented)
			return;
		if (key) {
			/* what was opened from the outbox, and is written over now */
			if (/^#[\w-]{43}$/.test(location.hash))
				form.setAttribute('action', form.getAttribute('action') + location.hash);
			tell({ is: 'note', key, title: document.title, did: event.submitter ? event.submitter.textContent : '' });
			say(place.dataset.sending);
		} else if (state.waiting && /\/sign-out/.test(form.action) && !form.dataset.warned) {
			event.preventDefault();
			form.dataset.warned = 1;
			say(place.dataset.leaving, true);
		}
	});
	show();
}
