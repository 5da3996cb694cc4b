/* A group is taken along whole: its size is said before, its pages are read without a line, and only by who took it. */
import { AKLAME, GROUP, OUINHI, ask, person, run } from './lib.mjs';
import { fill } from './pages.mjs';
import { kept, ready, seen } from './offline.mjs';

const PATH = `${GROUP}/take-along`;
const SLOW = { bytes: 50000 / 8, delay: 400 };  // 50 kbit/s, 800 ms there and back
const WHILE = 60000;

const able = page => page.locator('#able');
const stateOf = (page, state) => page.locator(`#able[data-state=${state}]`).waitFor({ timeout: WHILE });
const told = page => page.locator('#told').textContent();

/* The addresses that a cache holds; the list of them is one. */
const inCache = (page, start) => page.evaluate(async name => {
	const found = (await caches.keys()).find(one => one.startsWith(name));

	return found ? (await (await caches.open(found)).keys()).map(key => new URL(key.url).pathname + new URL(key.url).search) : [];
}, start);

const list = async (page, site) => (await page.request.get(`${site.url}${PATH}.json`)).json();

async function at(page) {
	await page.goto(GROUP);
	await ready(page);
	await page.locator('#take-along a').click();
	await page.waitForURL(url => url.pathname === PATH);
	await able(page).waitFor();
}

async function whole(t, browser, site) {
	const page = await person(browser, site, null), { line } = site;

	await at(page);
	const { count, bytes, pages } = await list(page, site), said = await page.locator('main > p > strong').textContent();
	t.is(said, `${count} pages, environ ${Math.ceil(bytes / 1024)} ko à télécharger`, 'its size is said before');
	t.is(await page.locator('#remove').isVisible(), false, 'there is nothing to remove yet');
	let before = line.passed;
	await page.locator('#take').click();
	await stateOf(page, 'whole');
	t.is(await told(page), 'Toutes les pages sont là. Vous pouvez les lire sans connexion.', 'in the end it says that all is there');
	const took = line.passed - before;
	t.ok(took > bytes * .6 && took < bytes * 1.4, `and it was about as large as was said: ${took} of ${bytes} bytes`);
	t.ok(/^Sur cet appareil depuis le? ?.*ko\.$/.test(await page.locator('#had').textContent()), 'when it was taken and how large it is', await page.locator('#had').textContent());
	t.is((await inCache(page, 'group 0 ')).sort(), [`${PATH}.json`, ...pages.map(each => each.path)].sort(), 'all its pages are there');
	before = line.passed;
	await page.locator('#take').click();
	await stateOf(page, 'running');
	await stateOf(page, 'whole');
	t.ok(line.passed - before < took / 5, `taken again unchanged, it costs little: ${line.passed - before} bytes`);
	line.cut();
	const missing = [];
	for (const each of pages) {
		await page.goto(each.path);
		if (!await page.locator('html[data-kept]').count())
			missing.push(each.path);
	}
	t.is(missing, [], 'without a line each is read, though it was never opened');
	await page.goto(`${GROUP}/lessons/3?lang=nl`);
	t.is(await page.locator('html').getAttribute('lang'), 'fr', 'in the language in which it was taken, rather than not at all');
	await page.goto('/outbox');
	await page.locator('#groups li').waitFor();
	t.ok((await page.locator('#groups li').textContent()).includes('Sites web communaux'), 'the page of what is kept here tells of it');
	line.restore();
	return page;
}

/* Taken away again, from either page. */
async function removed(t, page, site) {
	await page.locator('#groups .remove').click();
	await page.locator('#groups .remove').click();
	await page.locator('#groups li').waitFor({ state: 'detached' });
	t.is(await inCache(page, 'group 0 '), [], 'removed, nothing of it is left');
	site.line.cut();
	await page.goto(`${GROUP}/questions/2`);
	t.ok(await page.locator('#missing').count(), 'nor read any more');
	site.line.restore();
	await page.context().close();
}

/* The line is lost in the middle, and it goes on there. */
async function cut(t, browser, site) {
	const page = await person(browser, site, OUINHI), { line } = site;

	await at(page);
	const { count } = await list(page, site);
	line.slow = { bytes: 100000, delay: 30 };
	await page.locator('#take').click();
	await page.waitForFunction(() => document.getElementById('bar').value >= 5);
	t.ok(new RegExp(`^\\d+ / ${count}$`).test(await page.locator('#count').textContent()), 'how far it is, is said', await page.locator('#count').textContent());
	line.cut();
	await stateOf(page, 'begun');
	t.ok((await told(page)).startsWith('La connexion est perdue.'), 'a lost line is told', await told(page));
	const begun = (await inCache(page, 'group ')).length - 1;
	t.ok(begun >= 5 && begun < count, `what is there stays: ${begun} of ${count}`);
	t.is(await page.locator('#take').textContent(), 'Continuer', 'it can be gone on with');
	line.restore();
	const before = line.requests;
	await page.evaluate(() => dispatchEvent(new Event('online')));
	await stateOf(page, 'whole');
	t.ok(line.requests - before <= count - begun + 4, `it goes on where it was, by itself: ${line.requests - before} requests`);
	await page.locator('#remove').click();
	await stateOf(page, 'none');
	await page.locator('#take').click();
	await page.waitForFunction(() => document.getElementById('bar').value >= 2);
	await page.locator('#stop').click();
	await stateOf(page, 'begun');
	t.ok((await told(page)).startsWith('Arrêté.'), 'it can be stopped');
	await page.reload();
	await stateOf(page, 'begun');
	t.is(await page.locator('#had').textContent(), 'Toutes les pages ne sont pas encore là.', 'later it is said that not all is there');
	const { bytes } = await list(page, site), least = line.passed;
	await page.locator('#remove').click();
	await page.locator('#take').click();
	await stateOf(page, 'whole');
	const took = line.passed - least;
	t.ok(took > bytes * .6 && took < bytes * 1.4, `who acts in the group has larger pages, and is told: ${took} of ${bytes} bytes`);
	line.slow = null;
	return page;
}

/* On a line of 50 kbit/s, with what changed meanwhile. */
async function slowly(t, page, site) {
	const { line } = site;

	ask("UPDATE relais.item SET status = 'withdrawn' WHERE number = 4 AND group_id = (SELECT id FROM relais.group WHERE slug = 'sites-web-pcic')");
	line.slow = SLOW;
	const before = line.passed;
	await page.locator('#take').click();
	await stateOf(page, 'running');
	await page.locator('#able[data-state=whole]').waitFor({ timeout: 120000 });
	line.slow = null;
	t.ok(line.passed - before < 60000, `renewed at 50 kbit/s it takes what is new: ${line.passed - before} bytes`);
	t.ok(!(await inCache(page, 'group ')).includes(`${GROUP}/lessons/4`), 'and what is withdrawn goes');
}

/* Who took it has it, and nobody else; signing out leaves nothing. */
async function theirs(t, page, site) {
	const own = `${GROUP}/lessons/2`, signIn = async name => {
		await page.goto('/sign-in');
		await page.locator('button', { hasText: name }).first().click();
		await page.waitForURL(url => url.pathname === '/');
		await kept(page, page.url());
	};

	site.line.cut();
	await page.goto(own);
	await page.locator('#report summary').click();
	const key = page.locator('#report [name=idempotency_key]').first();
	const first = await key.getAttribute('value');
	t.ok(first.length === 43 && await page.locator('form [name=csrf]').first().getAttribute('value') === '', 'a form of a copy has a key of its own, and no token', first);
	site.line.restore();
	await page.context().clearCookies();
	await signIn(AKLAME);
	site.line.cut();
	await page.goto(`${GROUP}/questions/1`);
	t.ok(await seen(page.locator('#missing')), 'the next on the same device is not shown it');
	await page.goto('/outbox');
	await page.locator('#able').waitFor();
	t.is(await page.locator('#groups li').count(), 0, 'nor that it is there');
	site.line.restore();
	await page.context().clearCookies();
	await signIn(OUINHI);
	await page.goto(PATH);
	await stateOf(page, 'whole');
	t.ok(true, 'who took it finds it again');
	await page.context().clearCookies();
	await page.locator('#take').click();
	await page.locator('#told', { hasText: 'plus connect' }).waitFor();
	t.ok(true, 'when the session ran out it says so, and takes nothing of nobody’s');
	await signIn(OUINHI);
	await page.goto('/');
	await page.locator('footer form button').click();
	await page.waitForURL(url => url.pathname === '/');
	await kept(page, page.url());
	t.is((await page.evaluate(() => caches.keys())).filter(name => name.startsWith('group ')), [], 'signing out leaves nothing of it');
	await page.context().close();
}

async function without(t, browser, site) {
	const page = await person(browser, site, null, { javaScriptEnabled: false });

	await page.goto(PATH);
	t.is([await page.locator('#take').isEnabled(), await page.locator('noscript p').isVisible()], [false, true], 'without JavaScript the page says that it cannot be');
	t.is(await page.locator('.links a').count(), (await list(page, site)).count, 'but names the pages');
	await page.context().close();
}

run(async (t, site, browser) => {
	fill();
	await without(t, browser, site);
	await removed(t, await whole(t, browser, site), site);
	const page = await cut(t, browser, site);
	await slowly(t, page, site);
	await theirs(t, page, site);
}, { line: true });
