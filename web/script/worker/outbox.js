/*
 * Forms on their way. Each is written down before it is sent and forgotten once it was received, so that
 * nothing is lost when the line, the browser or the battery goes; its idempotency key sees to it that it counts
 * once, however often it is sent. What could not be sent waits, and goes out by itself when the line is back.
 */
import { dropForm, formOf, forms, keepForm } from '../here/store.js';
import { freshKey } from '../here/copies.js';
import { shell } from './pages.js';
import { who } from './who.js';

const MOST_TIME = 60000;        // milliseconds for an answer
const RECEIVED_DAYS = 3;        // for so long it is shown that what waited was received
const NOT_KEPT = /^\/(sign-|demo\/|me\/tokens|affiliations\/[^/]+\/code|(umbrellas|municipalities)\/[^/]+\/(people|webhooks))/;       // secrets, or an answer to be seen at once
const WAITS = ['sending', 'saved', 'sign-in'];
const STATES = { 401: 'sign-in', 409: 'conflict', 412: 'conflict', 422: 'wrong' };
const LATER = status => status >= 500 || status === 408 || status === 429;

const underWay = new Set();     // keys this worker is sending
const notes = new Map();        // by key: what the page says of the form on its way
const written = new Map();      // by the address of a form that was shown again: the page it was written on
let running;

/* How many wait: one's own, others'; and how many were received while nobody looked. */
export async function summary() {
	const person = await who(), all = await forms(), own = all.filter(form => form.who === person);

	return {
		waiting: own.filter(form => form.state !== 'received' && !underWay.has(form.key)).length,
		others: all.filter(form => form.who !== person && form.state !== 'received').length,
		received: own.filter(form => form.state === 'received' && !form.seen).length,
	};
}

async function tellPages() {
	const state = await summary();

	for (const client of await self.clients.matchAll({ includeUncontrolled: true }))
		client.postMessage(state);
}

function post(form, headers, body, redirect) {
	const stop = new AbortController(), timer = setTimeout(() => stop.abort(), MOST_TIME);

	return fetch(form.url, { method: 'POST', body, redirect, signal: stop.signal,
		headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...headers } }).finally(() => clearTimeout(timer));
}

/* Sends while nobody else does: the answer, or null. */
async function deliver(form, headers, body, redirect) {
	underWay.add(form.key);
	try {
		return await post(form, headers, body, redirect);
	} catch (error) {
		return null;
	} finally {
		underWay.delete(form.key);
	}
}

/* ------------------------------------------------------------------------- */
/* A form that somebody has just sent, and whose answer is the next page */

/* Where to, once it is kept: the page of what waits; where that is not here yet, the page it was written on. */
async function afterwards(form) {
	await tellPages();
	if (self.registration.sync)
		self.registration.sync.register('outbox').catch(() => {});
	return Response.redirect(await shell() ? `/outbox#${form.key}` : form.from || '/', 303);
}

/* What the form says, whatever session sends it. */
const bare = body => body.split('&').filter(pair => !pair.startsWith('csrf=')).join('&');

export async function send(event) {
	const { request } = event, url = new URL(request.url), instead = url.hash.slice(1);
	let body = await request.clone().text();
	const sent = new URLSearchParams(body);
	let key = sent.get('idempotency_key');

	if (!key || sent.has('preview') || NOT_KEPT.test(url.pathname))
		return fetch(request).catch(async () => await shell() || Response.error());
	const opened = instead && await formOf(instead), named = notes.get(key), before = await formOf(key);

	notes.delete(key);
	if (before && before.state !== 'received' && bare(before.body) !== bare(body) && instead !== key) {
		/* by the Back button, something else in a form that waits: both are to be received */
		key = freshKey();
		body = body.replace(/(^|&)idempotency_key=[^&]*/, `$1idempotency_key=${key}`);
	}
	const form = { key, who: await who(), url: url.pathname + url.search, body, from: written.get(request.referrer) || request.referrer, at: Date.now(),
		state: 'sending', ...named };

	await keepForm(form);
	const answer = await deliver(form, { Accept: request.headers.get('Accept') || 'text/html' }, body, 'manual');
	if (answer && !LATER(answer.status) && answer.status !== 401) {
		await dropForm(key);            // received, or its page has it again
		if (answer.status >= 400)
			written.set(url.href.replace(/#.*/, ''), form.from);
		if (opened)
			await (answer.status < 400 ? dropForm(instead) : keepForm(opened));
		event.waitUntil(tellPages());
		return answer;
	}
	await keepForm({ ...form, state: answer && answer.status === 401 ? 'sign-in' : 'saved' });
	if (opened && instead !== key)
		await dropForm(instead);        // what waits now was written over it
	event.waitUntil(tellPages());
	return answer || afterwards(form);
}

/* ------------------------------------------------------------------------- */
/* What waited */

const withToken = (body, csrf) => csrf ? body.replace(/(^|&)csrf=[^&]*/, `$1csrf=${encodeURIComponent(csrf)}`) : body;

/* What the service said, for its sender to read. */
async function told(answer) {
	const said = await answer.json().catch(() => ({}));

	return { tell: [said.detail, ...(said.errors || []).map(e => `${e.label}: ${e.message}`)].filter(Boolean).join('\n') };
}

/* Where it is to be seen. */
function place(answer) {
	const where = answer.headers.get('Location') || answer.headers.get('Content-Location');

	return where && where.replace(/^https?:\/\/[^/]+/, '').replace(/^\/api\/v1/, '');
}

/* False: no use to go on now. */
async function sendOne(form, csrf) {
	await keepForm({ ...form, state: 'sending' });
	await tellPages();
	const answer = await deliver(form, { Accept: 'application/json', 'Relais-Person': form.who }, withToken(form.body, csrf), 'follow');

	if (!answer || LATER(answer.status))
		await keepForm({ ...form, state: 'saved' });
	else if (answer.ok)
		await keepForm({ ...form, state: 'received', body: '', received: Date.now(), where: place(answer) });
	else
		await keepForm({ ...form, state: STATES[answer.status] || 'refused', ...await told(answer) });
	await tellPages();
	return answer !== null && !LATER(answer.status) && answer.status !== 401;
}

/* Whether its writer has it open to change it: then it is not sent under their hands. */
async function isOpen({ key }) {
	return (await self.clients.matchAll({ type: 'window', includeUncontrolled: true })).map(({ url }) => new URL(url))
		.some(({ pathname, hash }) => pathname !== '/outbox' && (hash === `#${key}` || hash === `#change-${key}`));
}

/* For the page it was written on, which shows it again; nothing if it is on its way, or was received. */
export async function change({ key }, source) {
	const form = await formOf(key), free = form && form.who === await who() && form.state === 'saved' && !underWay.has(key);

	source.postMessage({ change: free ? { key, url: form.url, body: form.body } : null });
}

/* The token of a page that is open now, for browsers that do not say where a request comes from. */
async function sendAll(csrf) {
	const person = await who();

	for (const form of await forms()) {
		if (form.state === 'received' && form.received < Date.now() - RECEIVED_DAYS * 86400000)
			await dropForm(form.key);
		if (form.who !== person || !WAITS.includes(form.state) || underWay.has(form.key) || await isOpen(form) || !await formOf(form.key))
			continue;
		if (!await sendOne(form, csrf))
			return false;
	}
	return true;
}

/* One round at a time; true when nothing is left to send. */
export function flush(csrf) {
	running = running || sendAll(csrf).finally(() => { running = null; });
	return running;
}

/* What is thrown away is gone at once, on all pages. */
export async function drop({ key }) {
	await dropForm(key);
	await tellPages();
}

/* The page knows what the form is called and which button was pressed. */
export function note({ key, title, did }) {
	notes.set(key, { title, did });
}
