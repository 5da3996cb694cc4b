/*
 * Bad input on each form: it reaches the service whatever stands where, all that was typed comes back,
 * the first wrong field has the focus, and each error leads to its field, in the reader's language.
 */
import { AKLAME, ANCB, GROUP, OUINHI, person, run } from './lib.mjs';
import { QUARTER, READERS, fill } from './pages.mjs';

const LONG = 'mot '.repeat(600);
const VERY_LONG = 'mot '.repeat(16000);
const LATER = { occurred_on: 'hier' };

/* who, page, where the form goes, what is typed, which of it is wrong (in the page's order), the button's value. */
const CASES = [
	[null, '/sign-in', '/sign-in', { code: 'PAS-DE-CODE' }, ['code']],
	[null, '/sign-in', '/sign-in', { code: '' }, ['code']],
	[null, '/sign-in', '/sign-in/mail', { email: 'pas une adresse' }, ['email']],
	[OUINHI, `${GROUP}/lessons/new`, `${GROUP}/lessons`, { title: 'Le <b>titre</b> "é"', body: 'Un\n\ndeux', cost: 'low', 'links.0.title': 'T',
		'links.0.url': 'nulle part', ...LATER }, ['links.0.url', 'occurred_on'], 'published'],
	[OUINHI, `${GROUP}/lessons/new`, `${GROUP}/lessons`, { title: '', body: '', summary: 'Court', 'links.0.title': '', 'links.0.url': '', ...LATER }, ['title', 'body', 'occurred_on'], 'draft'],
	[OUINHI, `${GROUP}/questions/new`, `${GROUP}/questions`, { text: '', problems: 'un\ndeux', 'subquestions.0.text': LONG, ...LATER },
		['text', 'subquestions.0.text', 'occurred_on'], 'published'],
	[OUINHI, `${GROUP}/lessons/2/texts/nl`, `${GROUP}/lessons/2/texts/nl`, { title: '', body: 'Kort', summary: 'S' }, ['title']],
	[OUINHI, `${GROUP}/lessons/2`, `${GROUP}/lessons/2`, { 'links.0.url': 'nulle part', reason: LONG }, ['links.0.url', 'reason'], 'withdrawn'],
	[OUINHI, `${GROUP}/questions/1`, `${GROUP}/questions/1/revisions`, { text: '', reason: 'plus net', ...LATER }, ['text', 'occurred_on']],
	[OUINHI, `${GROUP}/questions/1`, `${GROUP}/questions/1`, { reason: LONG }, ['reason'], 'dropped'],
	[OUINHI, `${GROUP}/questions/table?edit_row=1`, `${GROUP}/questions/1/row`, { text: '', reason: 'net', 'subquestions.0.text': LONG }, ['text', 'subquestions.0.text']],
	[OUINHI, `${GROUP}/questions/1`, `${GROUP}/questions/1/split`, { texts: 'Une seule ?', reason: 'trop large' }, ['texts']],
	[OUINHI, `${GROUP}/questions/1/texts/nl`, `${GROUP}/questions/1/texts/nl`, { text: '' }, ['text']],
	[OUINHI, `${GROUP}/subscriptions`, `${GROUP}/subscriptions`, { cadence: 'weekly', weekday: '9', hour: 'midi' }, ['weekday', 'hour']],
	[OUINHI, '/me', '/me', { name: 'Moi', time_zone: 'Nulle/Part' }, ['time_zone']],
	[OUINHI, '/me', '/me/tokens', { label: LONG }, ['label']],
	[AKLAME, `${GROUP}/lessons/2`, `${GROUP}/lessons/2/reports`, { note: 'Bien\nfait', services: 'un\ndeux', ask_again_on: '2027-01-02', ...LATER },
		['occurred_on'], 'adapted'],
	[AKLAME, `${GROUP}/lessons/2`, `${GROUP}/lessons/2/reports`, { note: LONG, reason: 'budget' }, ['note'], 'applied'],
	[AKLAME, `${GROUP}/lessons/2`, `${GROUP}/lessons/2/inquiries`, { text: LONG }, ['text']],
	[AKLAME, `${GROUP}/questions/1`, `${GROUP}/questions/1/reports`, { note: 'Bien', ...LATER }, ['occurred_on'], 'trying'],
	[AKLAME, `${QUARTER}/answers/demo-aklame`, `${QUARTER}/answers/demo-aklame`, { works: 'Bien', fails: LONG, better: LONG }, ['fails', 'better']],
	[ANCB, `${GROUP}/silent/demo-zintade`, `${GROUP}/silent/demo-zintade/contacts`, { occurred_on: '2090-01-01', via: 'meeting', words: LONG }, ['words']],
	[ANCB, `${GROUP}/silent/demo-zintade`, `${GROUP}/silent/demo-zintade/contacts`, { occurred_on: '2090-01-01', words: 'Bien\nparlé' }, ['occurred_on']],
	[ANCB, `${GROUP}/members`, `${GROUP}/members`, { role: 'observer', since: 'jamais' }, ['since']],
	[ANCB, `${GROUP}/members/demo-aklame`, `${GROUP}/members/demo-aklame`, { role: 'observer', since: 'jamais' }, ['since']],
	[ANCB, `${GROUP}/members/demo-aklame`, `${GROUP}/members/demo-aklame/end`, { until: 'jamais' }, ['until']],
	[ANCB, `${GROUP}/settings`, `${GROUP}/settings`, { name: 'Sites', description: 'Deux\nlignes', slug: 'Pas une adresse' }, ['slug']],
	[ANCB, '/municipalities/demo-aklame/people', '/municipalities/demo-aklame/people', { name: 'Awa', email: 'nulle part', role: 'observer' }, ['email']],
	[ANCB, '/umbrellas/ancb/people', '/umbrellas/ancb/people', { name: '', email: 'a@example.org', role: 'observer' }, ['name']],
	[ANCB, '/umbrellas/ancb/webhooks', '/umbrellas/ancb/webhooks', { url: 'nulle part' }, ['url']],
	[ANCB, '/umbrellas/ancb/webhooks/1', '/umbrellas/ancb/webhooks/1', { url: 'nulle part' }, ['url']],
	[ANCB, '/umbrellas/ancb/groups/new', '/umbrellas/ancb/groups', { name: '', slug: 'sites-web-pcic', description: 'Deux\nlignes' }, ['name']],
	[ANCB, '/umbrellas/ancb', '/umbrellas/ancb', { name: 'ANCB', digest_days: 'beaucoup' }, ['digest_days']],
	[ANCB, '/umbrellas/ancb/digests/2', '/umbrellas/ancb/digests/2/schedule', { day: '2020-01-02', hour: '30' }, ['hour']],
	[ANCB, '/umbrellas/ancb/digests/2/sections/sites-web-pcic', '/umbrellas/ancb/digests/2/sections/sites-web-pcic', { text: VERY_LONG }, ['text']],
];

/* What a form holds: what a browser would send, without what the service put there, and without a secret. */
function contents(form) {
	return [...new FormData(form)].filter(([name, value]) => value !== '' && !['csrf', 'idempotency_key', 'edit', 'code'].includes(name))
		.map(([name, value]) => `${name}=${value.replace(/\r\n/g, '\n')}`);
}

async function typeIn(form, typed) {
	for (const [name, value] of Object.entries(typed)) {
		const field = form.locator(`[name="${name}"]`).first();

		if (await field.evaluate(e => e.tagName) === 'SELECT') {
			/* what is no choice comes from a page that is old */
			await field.evaluate((e, value) => [...e.options].some(each => each.value === value) || e.add(new Option(value, value)), value);
			await field.selectOption(value);
		}
		else
			await field.fill(value);
	}
}

/* Opens what the form stands in, and what of it is folded away, as its reader would. */
async function unfold(form) {
	await form.evaluate(e => {
		for (let up = e.closest('details'); up; up = up.parentElement.closest('details'))
			up.open = true;
		e.querySelectorAll('details').forEach(each => { each.open = true; });
	});
}

/* Each error's link leads to a field that can be seen; the links in the page's order. */
async function links(page) {
	return page.locator('.errors li a').evaluateAll(all => all.map(a => {
		const field = document.getElementById(decodeURIComponent(a.hash.slice(1)));
		return field && field.checkVisibility() ? field.name : `${a.hash} leads nowhere`;
	}));
}

/* A page gives the focus to its autofocus field when it is drawn for the first time. */
async function drawn(page) {
	await page.evaluate(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))));
}

async function check(t, page, [by, path, action, typed, wrong, button]) {
	const name = `${action} by ${by ?? 'nobody'}: ${wrong.join(', ')}`;
	const form = page.locator(`form[novalidate][action="${action}?lang=nl"]`);

	await page.goto(`${path}${path.includes('?') ? '&' : '?'}lang=nl`);
	await unfold(form);
	await typeIn(form, typed);
	const before = await form.evaluate(contents);
	await form.locator(button ? `button[value=${button}]` : 'button:not([hidden]):not([name=preview]):not([type=button])').last().click();
	await page.locator('.errors').waitFor();
	await drawn(page);
	t.is(await page.evaluate(() => document.documentElement.lang), 'nl', `${name}: in the reader's language`);
	t.ok((await page.locator('.errors').textContent()).includes('Er ontbreekt iets of er is iets fout'), `${name}: it is said on top`, await page.locator('.errors').textContent());
	const after = await form.evaluate(contents);
	t.is(before.filter(pair => !after.includes(pair)), [], `${name}: all that was typed is there`);
	t.is(await links(page), wrong, `${name}: each error leads to its field, in their order`);
	t.is(await page.evaluate(() => document.activeElement.name), wrong[0], `${name}: the first has the focus`);
}

/*
 * The browser would hold a form back in its own language, and in silence where the field it
 * wants is folded away: so no form asks it to.
 */
function heldBack() {
	return [...document.forms].filter(form => !form.noValidate && [...form.elements].some(e => e.required || e.matches('[type=url], [type=email]')))
		.map(form => form.action);
}

async function checkForms(t, browser, site, { by, paths }) {
	const page = await person(browser, site, by);

	for (const path of paths) {
		await page.goto(path);
		t.is(await page.evaluate(heldBack), [], `${path} for ${by ?? 'nobody'}: no form is held back by the browser`);
	}
	await page.context().close();
}

run(async (t, site, browser) => {
	fill();
	for (const reader of READERS)
		await checkForms(t, browser, site, reader);
	for (const by of new Set(CASES.map(each => each[0]))) {
		const page = await person(browser, site, by);

		for (const each of CASES.filter(one => one[0] === by))
			await check(t, page, each);
		await page.context().close();
	}
});
