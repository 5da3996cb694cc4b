/*
 * The worker stands between the pages and the line: what was read is readable again without one, and what
 * was written waits for one. Pages come from the network first, files with a hash in their name from here.
 */
import { take, took } from './worker/along.js';
import { change, drop, flush, note, send, summary } from './worker/outbox.js';
import { PARTS, file, forgetParts, keepFirst, page } from './worker/pages.js';
import { forget } from './worker/who.js';

self.addEventListener('install', event => event.waitUntil(forgetParts().then(() => self.skipWaiting())));
self.addEventListener('activate', event => event.waitUntil(self.clients.claim()));

self.addEventListener('fetch', event => {
	const { request } = event, url = new URL(request.url), opens = request.mode === 'navigate';

	if (url.origin !== location.origin)
		return;
	if (request.method === 'GET' && url.pathname.startsWith('/static/'))
		event.respondWith(file(request));
	else if (request.method === 'GET' && !opens && PARTS.includes(url.pathname))
		event.respondWith(file(request, 'parts'));
	else if (request.method === 'GET' && opens)
		event.respondWith(page(event));
	else if (request.method === 'POST' && opens && url.pathname === '/sign-out')
		event.respondWith(forget().then(() => send(event)));
	else if (request.method === 'POST' && opens)
		event.respondWith(send(event));
});

/* From a page that was opened: its own text if no worker brought it, a form on its way, or that it is there. */
const TOLD = {
	first: ({ url, html }) => keepFirst(url, html),
	note,
	drop,
	change,
	take,
	took,
	open: async ({ csrf }, source) => {
		source.postMessage(await summary());
		await flush(csrf);
	},
};

self.addEventListener('message', event => {
	const act = TOLD[event.data.is];

	if (act)
		event.waitUntil(Promise.resolve(act(event.data, event.source, event.ports)).catch(() => {}));
});

/* The browser says that the line is back, though no page be open; it asks again if this fails. */
self.addEventListener('sync', event => event.waitUntil(flush().then(done => done || Promise.reject(new Error('not all')))));
