/*
 * Groups that somebody took along whole: a cache each, with its pages and, under the address of the list of them,
 * what is known of it: {name, href, begun, at, pages, bytes}. It is whole if `at` is not before `begun`.
 */
import { plain } from './copies.js';

export const nameOf = (person, slug) => `group ${person} ${slug}`;
export const aboutOf = slug => `/groups/${slug}/take-along.json`;

export const whole = about => about.at >= about.begun;

/* {slug, about, here: how many pages are there}; null if it was not taken along. */
export async function taken(person, slug) {
	if (!await caches.has(nameOf(person, slug)))
		return null;
	const cache = await caches.open(nameOf(person, slug)), answer = await cache.match(aboutOf(slug));

	return answer ? { slug, about: await answer.json(), here: (await cache.keys()).length - 1 } : null;
}

/* All that this person took along. */
export async function allTaken(person) {
	const names = (await caches.keys()).filter(name => name.startsWith(nameOf(person, '')));

	return (await Promise.all(names.map(name => taken(person, name.split(' ')[2])))).filter(Boolean);
}

export const remove = (person, slug) => caches.delete(nameOf(person, slug));

/* Keeps these addresses and no other. */
export async function keepOnly(cache, urls, slug) {
	const keep = new Set([...urls, aboutOf(slug)].map(url => plain(new URL(url, location).href)));

	await Promise.all((await cache.keys()).filter(key => !keep.has(key.url)).map(key => cache.delete(key)));
}

const say = (lang, number, unit) => new Intl.NumberFormat(lang, { style: 'unit', unit, maximumSignificantDigits: 2 }).format(number);

export function size(lang, bytes) {
	return bytes < 1e6 ? say(lang, Math.ceil(bytes / 1024), 'kilobyte') : say(lang, bytes / 1048576, 'megabyte');
}
