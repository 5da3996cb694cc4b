/*
 * Pages come from the network, and from the copy kept of them where that does not answer. A copy says of
 * itself that it is one and from when (data-kept), so that its reader is told.
 */
import { copy, find, freshKey, keepFiles, plain, trim } from '../here/copies.js';
import { isNow, turn, who } from './who.js';

const MOST_PAGES = 200;
const PATIENCE = 8000;          // milliseconds for the first byte, where there is a copy
const LITTLE = 1500;            // … of the page that says what waits here
const OLD = 24 * 3600 * 1000;
const AWAY = [502, 503, 504];
const SHELL = '/outbox';

const later = ms => new Promise(done => setTimeout(done, ms));

async function keepText(url, html, headers) {
	const person = headers.get('Relais-Person') || '0', cache = await caches.open(`read ${person}`);

	await isNow(person);
	await cache.delete(plain(url), { ignoreVary: true });
	await cache.put(plain(url), copy(html, headers));
	await trim(cache, MOST_PAGES);
	await keepFiles(html);
}

async function keep(url, answer, since) {
	if (answer.status !== 200 || !/^text\/html/.test(answer.headers.get('Content-Type')))
		return;
	const html = await answer.text();
	if (since !== turn())
		return;
	await keepText(url, html, answer.headers);
	if (new URL(url).pathname !== SHELL)
		await keepShell(new URL(url).searchParams.get('lang'));
}

/* The page that stands in where there is no other; looked after once something else was read. */
async function keepShell(lang) {
	const there = await find(location.origin + SHELL, await who()), since = turn();

	if (there && Date.now() - new Date(there.headers.get('Date')) < OLD)
		return;
	const url = location.origin + SHELL + (lang ? `?lang=${lang}` : '');
	const answer = await fetch(url, { headers: { Accept: 'text/html' } });
	await keep(url, answer, since);
}

/* As it is shown: a copy, and from when. Each time its forms are new ones, that count by themselves. */
async function dated(answer) {
	const html = (await answer.text()).replace(/(name="idempotency_key" value=")[^"]+/g, (all, before) => before + freshKey());

	return copy(html.replace('<html', `<html data-kept="${answer.headers.get('Date')}"`), answer.headers);
}

async function copyOf(url) {
	const person = await who(), found = await find(url, person) || await find(url, '0');

	return found && dated(found);
}

export const shell = () => copyOf(location.origin + SHELL);

export async function page(event) {
	const { url } = event.request, since = turn(), coming = fetch(event.request);
	const answer = await Promise.race([coming.catch(() => null), later(new URL(url).pathname === SHELL ? LITTLE : PATIENCE)]);

	if (answer && !AWAY.includes(answer.status)) {
		event.waitUntil(keep(url, answer.clone(), since).catch(() => {}));
		return answer;
	}
	const kept = await copyOf(url);
	if (kept) {
		if (answer === undefined)
			event.waitUntil(coming.then(late => keep(url, late, since)).catch(() => {}));
		return kept;
	}
	return answer || (answer === undefined ? coming : Promise.reject()).catch(async () => await shell() || Response.error());
}

/* The page that was read before there was a worker: it sends its text itself, the service is asked for the head alone. */
export async function keepFirst(url, html) {
	const since = turn(), answer = await fetch(url, { method: 'HEAD', headers: { Accept: 'text/html' } });

	if (answer.status === 200 && !answer.redirected && since === turn())
		await keepText(url, html, answer.headers);
}

/* What the pages' script says, and in which words: a new worker has them come anew. */
export const PARTS = ['/here.js', '/outbox.json'];

export async function forgetParts() {
	const cache = await caches.open('parts');

	await Promise.all((await cache.keys()).map(key => cache.delete(key)));
	await cache.add(PARTS[0]);
}

/* Hashed names never change what they mean. */
export async function file(request, name = 'files') {
	const cache = await caches.open(name), kept = await cache.match(request.url, { ignoreVary: true });

	if (kept)
		return kept;
	const answer = await fetch(request);
	if (answer.status === 200)
		await cache.put(request.url, answer.clone());
	return answer;
}
