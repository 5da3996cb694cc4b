/*
 * A group that is taken along: its page (take.js) has the worker fetch one address after the other, so that nobody but who
 * asked for them, and is still signed in when they come, has them. What is there already costs a question and no more.
 */
import { aboutOf, keepOnly, nameOf } from '../here/along.js';
import { copy, keepFiles } from '../here/copies.js';
import { turn, who } from './who.js';

const MOST_TIME = 60000;        // milliseconds for a page

const json = value => new Response(JSON.stringify(value), { headers: { 'Content-Type': 'application/json' } });

/* The page from the service, or its word that the copy is still right. Its forms have no keys of their own then. */
async function ask(url, lang, had) {
	const stop = new AbortController(), timer = setTimeout(() => stop.abort(), MOST_TIME);
	const tag = had && had.headers.get('ETag');

	try {
		const answer = await fetch(url, { cache: 'no-store', signal: stop.signal,
			headers: { Accept: 'text/html', 'Accept-Language': lang, 'Relais-Copy': '1', ...tag && { 'If-None-Match': tag } } });
		return { answer, text: answer.status === 200 ? await answer.text() : '' };
	} finally {
		clearTimeout(timer);
	}
}

/* What became of it: there (since this round began), same, new, gone; other (not theirs any more), line, full. */
async function one({ person, slug, url, lang, about }) {
	const since = turn(), theirs = async () => since === turn() && await who() === person;

	if (!await theirs())
		return { is: 'other' };
	const cache = await caches.open(nameOf(person, slug)), had = await cache.match(url, { ignoreVary: true });
	const size = async answer => (await answer.clone().blob()).size;
	if (had && new Date(had.headers.get('Date')) >= about.begun)
		return { is: 'there', bytes: await size(had) };
	const { answer, text } = await ask(url, lang, had), { status, headers } = answer;
	if (status >= 500 || status === 408 || status === 429)
		return { is: 'line' };
	if (!await theirs() || (status < 400 && (headers.get('Relais-Person') || '0') !== person))
		return { is: 'other' };
	await cache.put(aboutOf(slug), json(about));
	if (status >= 400) {
		await cache.delete(url);
		return { is: 'gone', bytes: 0 };
	}
	const page = status === 304 ? await had.text() : text, head = new Headers(status === 304 ? had.headers : headers);
	head.set('Date', headers.get('Date'));
	await keepFiles(page);
	await cache.put(url, copy(page, head));
	return { is: status === 304 ? 'same' : 'new', bytes: await size(new Response(page)) };
}

/* From the page, which waits for the answer. */
export async function take(wish, source, [port]) {
	port.postMessage(await one(wish).catch(error => ({ is: error.name === 'QuotaExceededError' ? 'full' : 'line' })));
}

/* All are there; what the group has no more goes. */
export async function took({ person, slug, urls, about }, source, [port]) {
	if (await who() === person) {
		const cache = await caches.open(nameOf(person, slug));

		await cache.put(aboutOf(slug), json(about));
		await keepOnly(cache, urls, slug);
	}
	port.postMessage({ is: 'done' });
}
