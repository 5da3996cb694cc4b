/* The pages that can be read here without a line, the last read first. */
const MOST = 30;
const { lang } = document.documentElement, { person = '0' } = document.getElementById('main').dataset;

async function copies() {
	const found = new Map();

	for (const name of (await caches.keys()).filter(one => one === `read ${person}`)) {
		const cache = await caches.open(name);

		for (const key of (await cache.keys()).reverse().slice(0, MOST))
			if (!key.url.split('?')[0].endsWith('/take-along'))
				found.set(new URL(key.url).pathname, { url: key.url, answer: await cache.match(key, { ignoreVary: true }) });
	}
	found.delete(location.pathname);
	found.delete('/outbox');
	return [...found.values()];
}

export async function listPages() {
	const list = document.getElementById('pages'), parser = new DOMParser(), rows = [];

	for (const { url, answer } of await copies()) {
		const { title } = parser.parseFromString(await answer.text(), 'text/html'), item = document.createElement('li');
		const link = Object.assign(document.createElement('a'), { href: url, textContent: title }), when = document.createElement('span');

		when.className = 'meta';
		when.textContent = ` ${new Date(answer.headers.get('Date')).toLocaleString(lang, { dateStyle: 'medium', timeStyle: 'short' })}`;
		item.append(link, when);
		rows.push({ item, at: new Date(answer.headers.get('Date')) });
	}
	rows.sort((a, b) => b.at - a.at);
	list.replaceChildren(...rows.slice(0, MOST).map(row => row.item));
	document.getElementById('no-pages').hidden = rows.length > 0;
}
