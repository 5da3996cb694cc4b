/* What was read is readable again without a line, by who read it, and says that it is a copy. */
import { AKLAME, GROUP, OUINHI, person, run } from './lib.mjs';
import { kept, ready, says, seen } from './offline.mjs';

const cacheNames = page => page.evaluate(() => caches.keys());

async function read(t, browser, site) {
	const page = await person(browser, site, null);

	await page.goto(GROUP);
	await ready(page);
	site.line.cut();
	await page.reload();
	t.is(await page.locator('h1').textContent(), 'Sites web communaux – communes du PCIC (démonstration)', 'the first page that was read, before there was a worker, is read without a line');
	t.ok(await says(page, 'copie'), 'and says that it is a copy');
	t.is(await page.evaluate(() => getComputedStyle(document.querySelector('.band')).backgroundColor), 'rgb(10, 73, 65)', 'in its style');
	site.line.restore();
	await page.goto(`${GROUP}/lessons/2`);
	await kept(page, `${site.url}/outbox`);
	await page.goto(`${GROUP}/lessons/3`);
	await kept(page, page.url());
	t.ok(!await page.locator('#here').isVisible(), 'with a line nothing is said of copies');
	const title = await page.locator('h1').textContent();
	site.line.cut();
	await page.goto(`${GROUP}/lessons/3?lang=nl`);
	t.is([await page.locator('h1').textContent(), await page.locator('html').getAttribute('lang')], [title, 'fr'], 'in another language rather than not at all');
	await page.goto(`${GROUP}/lessons/4`);
	t.ok(await seen(page.locator('#missing')), 'of a page that was not read it is said that it was not', await page.content());
	await page.locator('#pages a', { hasText: title }).first().click();
	t.is(await page.locator('h1').textContent(), title, 'and which are there, to be opened');
	site.line.restore();
	await page.context().close();
}

async function two(t, browser, site) {
	const page = await person(browser, site, OUINHI), path = `${GROUP}/questions/1`;

	await page.goto('/inbox');
	await ready(page);
	await page.goto(path);
	await kept(page, page.url());
	site.line.cut();
	await page.goto('/inbox');
	t.ok(await says(page, 'copie'), 'somebody reads their own pages');
	site.line.restore();
	await page.goto('/me');
	await page.locator('footer form button').click();
	await page.waitForURL(url => url.pathname === '/');
	await ready(page);
	t.is((await cacheNames(page)).filter(name => !/^(files|parts|read 0)$/.test(name)), [], 'signing out leaves no page of theirs');
	await kept(page, page.url());
	site.line.cut();
	await page.goto('/inbox');
	t.ok(!(await page.content()).includes('Ouinhi – point'), 'and nobody reads them after that', await page.content());
	site.line.restore();
	await page.goto('/sign-in');
	await page.locator('button', { hasText: AKLAME }).first().click();
	await page.waitForURL(url => url.pathname === '/');
	await kept(page, page.url());
	await page.goto(path);
	await kept(page, page.url());
	const [before] = (await cacheNames(page)).filter(name => /^read [1-9]/.test(name));
	await page.context().clearCookies();
	await page.goto('/sign-in');
	await page.locator('button', { hasText: OUINHI }).first().click();
	await page.waitForURL(url => url.pathname === '/');
	await kept(page, page.url());
	t.ok((await cacheNames(page)).includes(before), 'who did not sign out finds their copies again');
	site.line.cut();
	await page.goto(path);
	t.ok(await seen(page.locator('#missing')), 'but they are not shown to the next on the same phone', await page.content());
	site.line.restore();
	await page.context().close();
}

/* What an installed application needs. */
async function installable(t, browser, site) {
	const page = await person(browser, site, null);

	await page.goto('/');
	await ready(page);
	const wire = await page.context().newCDPSession(page);
	const { errors, url, data } = await wire.send('Page.getAppManifest');
	t.is([url, errors], [`${site.url}/manifest.webmanifest`, []], 'the manifest is found and has no fault');
	for (const { src, sizes, type } of JSON.parse(data).icons) {
		const size = await page.evaluate(address => new Promise((done, failed) => {
			const image = new Image();

			image.onload = () => done(`${image.naturalWidth}x${image.naturalHeight}`);
			image.onerror = failed;
			image.src = address;
		}), src);
		const answer = await page.request.get(src);
		t.ok((sizes === 'any' || sizes === size) && answer.headers()['content-type'] === type, `${src} is a picture of ${sizes}`, size);
		t.is((await page.request.get(src, { headers: { 'If-None-Match': answer.headers().etag } })).status(), 304, '… and is not sent twice');
	}
	t.is((await wire.send('Page.getInstallabilityErrors')).installabilityErrors.map(e => e.errorId).filter(id => id !== 'in-incognito'), [], 'the browser would install it');
	await page.context().close();
}

run(async (t, site, browser) => {
	await installable(t, browser, site);
	await read(t, browser, site);
	await two(t, browser, site);
}, { line: true });
