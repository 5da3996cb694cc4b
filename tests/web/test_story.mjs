/*
 * The story by its three people: Ouinhi publishes, Aklamè answers, the ANCB sees it in the matrix and
 * tells it in a digest. In each language; by keyboard alone, by thumb on a phone, without JavaScript.
 */
import { AKLAME, ANCB, GROUP, OUINHI, PHONE, person, run } from './lib.mjs';

const WAYS = [
	{ name: 'français', lang: 'fr' },
	{ name: 'Nederlands', lang: 'nl' },
	{ name: 'English', lang: 'en' },
	{ name: 'keyboard', lang: 'fr', keyboard: true },
	{ name: 'phone', lang: 'fr', options: { viewport: PHONE, isMobile: true, hasTouch: true } },
	{ name: 'no JavaScript', lang: 'fr', options: { javaScriptEnabled: false } },
];
const MOST_TABS = 300;

/* How somebody presses and writes. */
class Hand {
	constructor(page, way) {
		this.page = page;
		this.way = way;
		this.unseen = [];       /* what had the focus without showing it */
	}

	/* Tab, until the element has the focus. */
	async reach(locator) {
		const element = await locator.elementHandle();

		for (let i = 0; i < MOST_TABS; i++) {
			await this.page.keyboard.press('Tab');
			const outline = await element.evaluate(e => e === document.activeElement ? getComputedStyle(e).outlineStyle : null);
			if (outline !== null) {
				if (outline === 'none')
					this.unseen.push(await element.evaluate(e => e.outerHTML.slice(0, 120)));
				return;
			}
		}
		throw new Error(`Tab does not lead to ${locator}`);
	}

	/* Presses a link or button that leads to an address. */
	async press(locator, leadsTo) {
		await Promise.all([this.page.waitForURL(leadsTo), this.activate(locator)]);
	}

	async activate(locator) {
		if (this.way.keyboard) {
			await this.reach(locator);
			await this.page.keyboard.press('Enter');
		} else if (this.way.options?.hasTouch) {
			await locator.tap();
		} else {
			await locator.click();
		}
	}

	/* Writes behind what stands in a field. */
	async write(locator, text) {
		if (this.way.keyboard)
			await this.reach(locator);
		else
			await locator.focus();
		await this.page.keyboard.press('Control+End');
		await this.page.keyboard.type(text);
	}
}

/* Signs in as one of the demonstration's people, with a click, and begins at the first page. */
async function begin(browser, site, way, name) {
	const page = await person(browser, site, null, way.options);
	const hand = new Hand(page, way);

	await page.goto(`/?lang=${way.lang}`);
	await hand.press(page.locator('header a[href^="/sign-in"]'), /sign-in/);
	await hand.press(page.locator('button', { hasText: name }), url => url.pathname === '/');
	return { page, hand };
}

async function end(t, { page, hand }, way, who) {
	t.is(await page.locator('html').getAttribute('lang'), way.lang, `${way.name}: ${who} ends in the language begun with`);
	t.is(hand.unseen, [], `${way.name}: the focus was always to be seen`);
	await page.context().close();
}

async function publish(t, browser, site, way, title) {
	const at = await begin(browser, site, way, OUINHI), { page, hand } = at;

	await hand.press(page.locator(`main a[href^="${GROUP}"]`), `**${GROUP}*`);
	await hand.press(page.locator(`a[href^="${GROUP}/lessons/new"]`), '**/lessons/new*');
	await hand.write(page.locator('[name=title]'), title);
	await hand.write(page.locator('[name=body]'), '## Un\nNous avons *essayé*.');
	await hand.press(page.locator('button[value=published]'), /lessons\/\d+/);
	t.is(await page.locator('h1').textContent(), title, `${way.name}: Ouinhi publishes`);
	await end(t, at, way, 'Ouinhi');
}

async function answer(t, browser, site, way, title) {
	const at = await begin(browser, site, way, AKLAME), { page, hand } = at;

	await hand.press(page.locator('header a[href^="/inbox"]'), '**/inbox*');
	const row = page.locator('.ask', { hasText: title });
	t.is(await row.count(), 1, `${way.name}: it waits for Aklamè`);
	await hand.press(row.locator('button[value=applied]'), '**/inbox*');
	await row.locator('button[value=retracted]').waitFor();
	t.is(await row.locator('.st-applied').count(), 1, `${way.name}: Aklamè answers in two taps`);
	await hand.press(row.locator('a.title'), /lessons\/\d+/);
	t.is(await page.locator('.reports > li:not(.past) .st-applied').count(), 1, `${way.name}: it stands with the lesson`);
	await hand.press(page.locator('header a[href^="/inbox"]'), '**/inbox*');
	t.is(await page.locator('#waiting .ask', { hasText: title }).count(), 0, `${way.name}: then it waits no more`);
	await end(t, at, way, 'Aklamè');
}

async function tell(t, browser, site, way, title) {
	const at = await begin(browser, site, way, ANCB), { page, hand } = at, words = `Le mot de l'ANCB, ${way.name}.`;

	await hand.press(page.locator(`main a[href^="${GROUP}"]`), `**${GROUP}*`);
	await hand.press(page.locator(`a[href^="${GROUP}/uptake"]`).first(), '**/uptake*');
	const heads = await page.locator('.matrix thead th').allTextContents();
	const cell = page.locator('.matrix tbody tr', { hasText: 'Aklamè' }).locator(`:nth-child(${heads.indexOf(title) + 1})`).first();
	t.is(await cell.getAttribute('class'), 'st-applied', `${way.name}: the ANCB sees it in the matrix`);

	await hand.press(page.locator(`.tabs a[href^="${GROUP}"]`).first(), url => url.pathname === GROUP);
	await hand.press(page.locator('main a[href^="/umbrellas/ancb"]').first(), '**/umbrellas/ancb*');
	await hand.press(page.locator('form[action^="/umbrellas/ancb/digests"] button'), /digests\/\d+/);
	const path = new URL(page.url()).pathname;
	t.ok((await page.locator('main').textContent()).includes(title), `${way.name}: the draft tells it`);
	await hand.press(page.locator('a[href*="/sections/sites-web-pcic"]'), '**/sections/**');
	await hand.write(page.locator('[name=text]'), `\n\n${words}`);
	await hand.press(page.locator('form#section .buttons button:not([name])'), url => url.pathname === path);
	t.ok((await page.locator('main').textContent()).includes(words), `${way.name}: the ANCB edits it`);
	await hand.press(page.locator('form[action*="/approve"] button'), () => true);
	await page.locator('form[action*="/approve"]').waitFor({ state: 'detached' });
	await end(t, at, way, 'the ANCB');

	const reader = await person(browser, site, null);
	await reader.goto(`${path}?lang=${way.lang}`);
	t.ok((await reader.locator('main').textContent()).includes(words), `${way.name}: approved, everybody reads it`);
	await reader.context().close();
}

run(async (t, site, browser) => {
	for (const way of WAYS) {
		const title = `Un panneau à la mairie, ${way.name}`;

		await publish(t, browser, site, way, title);
		await answer(t, browser, site, way, title);
		await tell(t, browser, site, way, title);
	}
});
