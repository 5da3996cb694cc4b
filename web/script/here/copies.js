/*
 * Copies of pages and files. A cache's name is what it is for, whose it is, and of which group:
 * "read 17" what 17 read, "group 17 web" what 17 took along of the group web, "files" for all.
 */
export const POLICY = ['Content-Type', 'Content-Language', 'Content-Security-Policy', 'Referrer-Policy', 'Date', 'ETag', 'Relais-Person'];
const MOST_FILES = 40;

/* An address as copies are kept under. */
export const plain = url => url.replace(/#.*/, '');

/* Has the oldest leave. */
export async function trim(cache, most) {
	const keys = await cache.keys();

	await Promise.all(keys.slice(0, Math.max(0, keys.length - most)).map(key => cache.delete(key)));
}

/* A form's key, as the service makes them. */
export function freshKey() {
	return btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32)))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=/g, '');
}

/* A copy of a page: its text and what of its head still counts. */
export function copy(html, headers) {
	return new Response(html, { headers: POLICY.filter(name => headers.has(name)).map(name => [name, headers.get(name)]) });
}

/* The style and script that a page stands on. */
export async function keepFiles(html) {
	const cache = await caches.open('files');

	for (const [, path] of html.matchAll(/(?:src|href)="(\/static\/[^"]+)"/g))
		if (!await cache.match(path))
			await cache.add(path);
	await trim(cache, MOST_FILES);
}

/* The latest copy of an address that this person has; one in another language rather than none. */
export async function find(url, person) {
	const without = address => { const u = new URL(address); u.searchParams.delete('lang'); return u.pathname + u.search; };
	const wanted = plain(url);
	let found;

	for (const name of (await caches.keys()).filter(one => one.split(' ')[1] === person)) {
		const cache = await caches.open(name);

		for (const key of await cache.keys(wanted, { ignoreSearch: true, ignoreVary: true })) {
			const same = key.url === wanted, at = () => new Date(found.answer.headers.get('Date'));

			if (!same && without(key.url) !== without(wanted))
				continue;
			const answer = await cache.match(key, { ignoreVary: true });
			if (!found || (same && !found.same) || (same === found.same && new Date(answer.headers.get('Date')) > at()))
				found = { answer, same };
		}
	}
	return found && found.answer;
}
