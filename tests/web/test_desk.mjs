/* The digest desk in a browser: items dragged by pointer and by keyboard, a preview, and an edition that is copied. */
import { ANCB, DESK, PHONE, person, relais, run } from './lib.mjs';
import { fill } from './pages.mjs';

const SECTION = '/umbrellas/ancb/digests/2/sections/sites-web-pcic';

const order = page => page.locator('[data-sort]').first().locator('li').evaluateAll(all => all.map(li => li.dataset.item));

/* Does something that is saved at once; gives the order then, and as the server has it. */
async function saved(page, work) {
	const answer = page.waitForResponse(response => response.url().includes('/order'));

	await work();
	const shown = await order(page);
	await answer;
	await page.reload();
	return [shown, await order(page)];
}

async function drag(page, from, to) {
	const handle = await page.locator('[data-sort]').first().locator('.handle').nth(from).boundingBox();
	const other = await page.locator('[data-sort]').first().locator('li').nth(to).boundingBox();

	await page.mouse.move(handle.x + 10, handle.y + 10);
	await page.mouse.down();
	await page.mouse.move(handle.x + 10, other.y + (from < to ? other.height - 3 : 3), { steps: 12 });
	await page.mouse.up();
}

async function ordering(t, browser, site, screen, options) {
	const page = await person(browser, site, ANCB, options);

	await page.goto(`${SECTION}?lang=fr`);
	const first = await order(page);
	const turned = [first[1], first[0], ...first.slice(2)];
	t.ok(first.length >= 2, `${screen}: there are items`);
	t.is(await saved(page, async () => {
		await page.locator('.handle').first().focus();
		await page.keyboard.press('ArrowDown');
		t.is(await page.evaluate(() => document.activeElement.closest('li').dataset.item), first[0], `${screen}: the focus goes along`);
		t.ok((await page.locator('[data-move] [role=status]').textContent()).includes('2/'), `${screen}: and it is said where it is now`);
	}), [turned, turned], `${screen}: an arrow key moves an item, and it is saved`);
	t.is(await saved(page, () => page.locator('button[name=up]:enabled').first().click()), [first, first], `${screen}: so do the buttons`);
	t.is(await saved(page, () => drag(page, 0, 1)), [turned, turned], `${screen}: and a pointer`);
	t.is(await saved(page, () => drag(page, 1, 0)), [first, first], `${screen}: and back`);
	const text = await page.locator('textarea[name=text]').inputValue();
	await page.locator('.handle').first().focus();
	await page.keyboard.press('ArrowDown');
	await page.waitForFunction(before => document.querySelector('textarea[name=text]').value !== before, text);
	t.ok(true, `${screen}: the drafted text follows`);
	await page.locator('textarea[name=text]').fill('À la main');
	await page.locator('textarea[name=text]').selectText();
	await page.locator('.bar [data-do=bold]').click();
	const answer = page.waitForResponse(response => response.url().includes('/order'));
	await page.locator('.handle').first().press('ArrowDown');
	await answer;
	t.is(await page.locator('textarea[name=text]').inputValue(), '**À la main**', `${screen}: but not over what somebody writes`);
	await page.locator('button[name=preview]').click();
	t.is(await page.locator('#preview strong').textContent(), 'À la main', `${screen}: seen as it will look`);
	await page.context().close();
}

async function withoutScript(t, browser, site) {
	const page = await person(browser, site, ANCB, { javaScriptEnabled: false });

	await page.goto(`${SECTION}?lang=fr`);
	const first = await order(page);
	await page.locator('button[name=down]:enabled').first().click();
	t.is(await order(page), [first[1], first[0], ...first.slice(2)], 'without JavaScript: down');
	await page.locator('button[name=pin]').nth(1).click();
	t.is(await order(page), first, 'without JavaScript: put first');
	await page.locator('button[name=unpin]').first().click();
	await page.locator('textarea[name=text]').fill('**À la main**');
	await page.locator('button[name=preview]').click();
	t.is([await page.locator('#preview strong').textContent(), await page.locator('textarea[name=text]').inputValue()], ['À la main', '**À la main**'],
		'without JavaScript: a preview, and the text stays');
	await page.goto('/umbrellas/ancb/digests/1/public?lang=fr');
	t.ok(!await page.locator('[data-copy]').isVisible(), 'without JavaScript: no button that does nothing');
	await page.context().close();
}

/* What was copied, pasted into a place for text with its links. */
async function copying(t, browser, site, by, path) {
	const page = await person(browser, site, by, { permissions: ['clipboard-read', 'clipboard-write'] });

	await page.goto(path);
	await page.locator('[data-copy]').click();
	t.is(await page.locator('[data-copy]').textContent(), 'Copié', `${path}: it says so`);
	const [text, html] = await page.evaluate(async () => {
		const [item] = await navigator.clipboard.read();
		return Promise.all(['text/plain', 'text/html'].map(async type => (await item.getType(type)).text()));
	});
	const title = await page.locator('#copy h1').textContent();
	t.ok(text.replaceAll('\u00a0', ' ').startsWith(title.replaceAll('\u00a0', ' ')) && !text.includes('Copi') && text.length > 100, `${path}: the text, and nothing else of the page`, text.slice(0, 300));
	t.ok(!/href="\//.test(html), `${path}: its links are whole`, html.slice(0, 600));
	await page.context().close();
}

run(async (t, site, browser) => {
	fill();
	relais('report', 'sites-web-pcic', '2', 'trying', '--as', 'demo.bovidji@example.org');
	relais('digest', 'draft', 'ancb');
	await ordering(t, browser, site, 'desk', { viewport: DESK });
	await ordering(t, browser, site, 'phone', { viewport: PHONE });
	await withoutScript(t, browser, site);
	await copying(t, browser, site, null, '/umbrellas/ancb/digests/1/public?lang=fr');
	await copying(t, browser, site, ANCB, '/umbrellas/ancb/report?from=2020-01-01&lang=fr');
});
