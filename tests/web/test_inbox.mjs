/*
 * The inbox with JavaScript: an answer goes out from its row and the page stays; it is told, the focus stays
 * with it, it can be taken back; on a bad line the form goes out as it would without, and counts once.
 */
import { AKLAME, GROUP, OUINHI, person, run } from './lib.mjs';

const TITLES = ['Un premier essai', 'Un deuxième essai', 'Un troisième essai'];

const row = (page, title) => page.locator('.ask', { hasText: title });

/* The reports on a lesson by the number of its link: [status, note], newest first. */
async function reports(page, title) {
	const path = (await row(page, title).locator('a.title').getAttribute('href')).replace(/[?#].*/, '');
	const answer = await page.request.get(`/api/v1${path}/reports`);

	return (await answer.json()).reports.filter(each => each.mine).map(each => [each.status, each.note]);
}

async function inPlace(t, page) {
	await page.evaluate(() => { window.stayed = true; });
	const order = await page.locator('#waiting .title').allTextContents();
	await row(page, TITLES[0]).locator('button[value=trying]').click();
	await row(page, TITLES[0]).locator('button[value=retracted]').waitFor();
	t.is(await page.locator('#waiting .title').allTextContents(), order, 'answered, the row stays where it was');
	t.is(await page.evaluate(() => [window.stayed, document.activeElement.id === document.querySelector('#waiting [data-said]').id]), [true, true],
		'without another page, and the focus is on it');
	t.is(await page.locator('#said').textContent(), 'Vous avez répondu\u00a0: en expérimentation', 'it is told to who hears the page');

	await row(page, TITLES[0]).locator('summary').click();
	await row(page, TITLES[0]).locator('textarea').fill('Deux mots\net demi');
	await row(page, TITLES[0]).locator('button', { hasText: 'Ajouter' }).click();
	await row(page, TITLES[0]).locator('.note').waitFor();
	t.is(await reports(page, TITLES[0]), [['trying', 'Deux mots\net demi'], ['trying', null]], 'a few words are added in place');
	await row(page, TITLES[0]).locator('button[value=retracted]').click();
	await row(page, TITLES[0]).locator('.note').waitFor({ state: 'detached' });
	await row(page, TITLES[0]).locator('button[value=retracted]').click();
	await row(page, TITLES[0]).locator('button[value=applied]').waitFor();
	t.is(await page.locator('#said').textContent(), 'Annulé. Elle attend de nouveau votre réponse.', 'taken back, it is told');
	t.is(await page.evaluate(() => window.stayed), true, 'all on the same page');
}

/* The answer to the first sending is lost on the way; the second is the browser's own. */
async function badLine(t, page) {
	let lost = 0;

	await page.route('**/reports*', async route => {
		if (route.request().resourceType() !== 'fetch')
			return route.continue();
		await route.fetch({ maxRedirects: 0 });
		lost++;
		return route.abort();
	});
	await row(page, TITLES[1]).locator('button[value=applied]').click();
	await page.waitForURL(/#on-/);
	await page.unroute('**/reports*');
	t.is([lost, await reports(page, TITLES[1])], [1, [['applied', null]]], 'on a bad line the form goes out as ever, and counts once');
	t.is(await page.locator('#answered .title').first().textContent(), TITLES[1], 'and stands on top');

	await row(page, TITLES[1]).locator('summary').click();
	await row(page, TITLES[1]).locator('textarea').fill('Ligne une\nligne deux');
	await page.route('**/reports*', async route => {
		if (route.request().resourceType() !== 'fetch')
			return route.continue();
		await route.fetch({ maxRedirects: 0 });
		return route.abort();
	});
	await row(page, TITLES[1]).locator('button', { hasText: 'Ajouter' }).click();
	await row(page, TITLES[1]).locator('.note').waitFor();
	await page.unroute('**/reports*');
	t.is((await reports(page, TITLES[1])).length, 2, 'so do words of several lines, which are the same bytes');
}

async function refused(t, page) {
	await row(page, TITLES[2]).locator('button[value=applied]').click();
	await row(page, TITLES[2]).locator('button[value=retracted]').waitFor();
	await row(page, TITLES[2]).locator('summary').click();
	await row(page, TITLES[2]).locator('textarea').fill('mot '.repeat(600));
	await row(page, TITLES[2]).locator('button', { hasText: 'Ajouter' }).click();
	await page.locator('.errors').first().waitFor();
	t.is((await page.locator('[name=note]').inputValue()).length, 2400, 'what is refused comes back in the lesson\'s form, whole');
}

run(async (t, site, browser) => {
	const author = await person(browser, site, OUINHI);

	for (const title of TITLES) {
		await author.goto(`${GROUP}/lessons/new?lang=fr`);
		await author.locator('[name=title]').fill(title);
		await author.locator('[name=body]').fill('Nous avons essayé.');
		await author.locator('button[value=published]').click();
		await author.waitForURL(/lessons\/\d+/);
	}
	const page = await person(browser, site, AKLAME);

	await page.goto('/inbox?lang=fr');
	await inPlace(t, page);
	await badLine(t, page);
	await refused(t, page);
});
