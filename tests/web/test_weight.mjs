/* What a page weighs, measured from the wire: 14 KB and 3 requests at the first visit, only HTML at the next. */
import { ANCB, GROUP, LANGUAGES, large, person, run } from './lib.mjs';
import { kept, ready } from './offline.mjs';
import { READERS, fill } from './pages.mjs';

const MOST_BYTES = 14 * 1024;
const MOST_REQUESTS = 3;
const MOST_OF_WORKER = 5 * 1024;

/* Everything a page asks for while work() is done: {url, type, bytes}, bytes with the headers as they came. */
async function traffic(page, work) {
	const wire = await page.context().newCDPSession(page);
	const seen = new Map();

	await wire.send('Network.enable');
	wire.on('Network.requestWillBeSent', e => seen.set(e.requestId, { url: e.request.url, type: e.type, bytes: 0 }));
	wire.on('Network.loadingFinished', e => { if (seen.has(e.requestId)) seen.get(e.requestId).bytes = e.encodedDataLength; });
	await work();
	await wire.detach();
	return [...seen.values()].filter(one => one.bytes > 0);
}

function byFour(list) {
	return list.length === 0 ? [] : [list.slice(0, 4), ...byFour(list.slice(4))];
}

/* The worker comes after the first page is there, and brings no more with it; then a page is the page alone. */
async function withWorker(t, browser, site) {
	const page = await person(browser, site, null), { line } = site, least = line.passed;

	await page.goto(GROUP);
	await ready(page);
	const first = line.passed - least;
	t.ok(first <= MOST_BYTES + MOST_OF_WORKER, `a first visit with its worker: ${first} bytes`);
	await page.goto(`${GROUP}/lessons/2`);
	await kept(page, `${site.url}/outbox`);
	await page.goto(`${GROUP}/lessons/3`);
	await kept(page, page.url());
	const before = line.passed, seen = line.requests;
	await page.goto(`${GROUP}/lessons/4`);
	await kept(page, page.url());
	t.ok(line.passed - before <= MOST_BYTES - 4000, `then a page is the page alone: ${line.passed - before} bytes`);
	t.ok(line.requests - seen <= 2, `… asked for once, and whether the worker is new: ${line.requests - seen} requests`);
	await page.context().close();
}

run(async (t, site, browser) => {
	let heaviest = { bytes: 0 };

	async function weigh(address, name, storageState) {
		const page = await person(browser, site, null, { storageState, serviceWorkers: 'block' });
		const first = await traffic(page, () => page.goto(address, { waitUntil: 'networkidle' }));
		const bytes = first.reduce((sum, one) => sum + one.bytes, 0);
		const again = await traffic(page, () => page.goto(address));

		t.ok(bytes <= MOST_BYTES && first.length <= MOST_REQUESTS, `${name}: ${bytes} bytes, ${first.length} requests`, first);
		t.is(again.map(one => one.type), ['Document'], `${name}: only the page at the next visit`);
		t.is(first.filter(one => !one.url.startsWith(site.url)), [], `${name}: nothing from elsewhere`);
		if (bytes > heaviest.bytes)
			heaviest = { bytes, name };
		await page.context().close();
	}

	fill();
	for (const { by, paths } of READERS) {
		const state = await (await person(browser, site, by)).context().storageState();

		/* a few at once: most of the time is waiting whether a page asks for more */
		for (const some of byFour(paths))
			await Promise.all(some.map(path =>
				weigh(`${path}?lang=${LANGUAGES[paths.indexOf(path) % LANGUAGES.length]}`, `${path} for ${by ?? 'nobody'}`, state)));
	}

	large();
	const state = await (await person(browser, site, ANCB)).context().storageState();
	for (const query of ['lang=fr', 'lang=nl', 'lang=fr&before=451', 'lang=fr&sort=name&status=silent'])
		await weigh(`/groups/large/uptake?${query}`, `77 municipalities × 50 lessons, ${query}`, state);
	await withWorker(t, browser, site);
	console.log(`# the heaviest first visit: ${heaviest.name}, ${heaviest.bytes} bytes`);
}, { line: true });
