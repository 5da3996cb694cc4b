/* Pictures of the main pages: phone and desk, light and dark. Run by tests/shots. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { AKLAME, ANCB, DESK, GROUP, OUINHI, PHONE, ROOT, ZINTADE, person, run } from './lib.mjs';
import { QUARTER, fill } from './pages.mjs';
import { withPalette } from './palette.mjs';

const WHERE = `${ROOT}var/shots`;

/* Unfolds what holds the form. */
const open = (page, form) => page.locator(form).first().evaluate(e => {
	for (let up = e; up !== null; up = up.parentElement)
		if (up.tagName === 'DETAILS')
			up.open = true;
});

/* A lesson as it is being written, and how it will look. */
const WRITTEN = {
	fr: ['Une page pour le marché, avec ses heures', `Nous avons commencé **petit** : une page, les heures, un numéro.

## Ce qui a marché

- l’agent du marché la tient à jour lui-même
- les marchandes la montrent à leurs clients

Autrement, nous [demanderions plus tôt](https://example.org/) à l’état civil.`],
	en: ['A page for the market, with its hours', `We began **small**: one page, the hours, a number to call.

## What worked

- the market's clerk keeps it up to date
- the traders show it to their customers

Next time we would [ask the registry](https://example.org/) earlier.`],
};

async function write(page) {
	const before = page.locator('form.notice button'), [title, body] = WRITTEN[await page.locator('html').getAttribute('lang')];

	if (await before.count() > 0)
		await Promise.all([page.waitForEvent('load'), before.click()]);
	await page.locator('[name=title]').fill(title);
	await page.locator('[name=body]').fill(body);
	await page.locator('button[name=preview]').click();
	await page.locator('#preview li').first().waitFor();
	await page.evaluate(() => {
		document.querySelectorAll('main details').forEach(each => { each.open = false; });
		scrollTo(0, 0);
	});
}

/* Name, by whom, where; what is done there first. */
const SHOTS = [
	['home', null, '/'],
	['group', null, GROUP],
	['lesson', AKLAME, `${GROUP}/lessons/2`],
	['inbox', ZINTADE, '/inbox'],
	['share', null, `${GROUP}/lessons/2/share`],
	['uptake', ANCB, `${GROUP}/uptake`],
	['silent', ANCB, `${GROUP}/silent`],
	['quarters', ANCB, '/umbrellas/ancb/quarters'],
	['quarter-all', ANCB, QUARTER],
	['quarter-answer', ZINTADE, `${QUARTER}/answers/demo-zintade`],
	['silent-one', ANCB, `${GROUP}/silent/demo-zintade`],
	['digest', ANCB, '/umbrellas/ancb/digests/2'],
	['section', ANCB, '/umbrellas/ancb/digests/2/sections/sites-web-pcic'],
	['recipients', ANCB, '/umbrellas/ancb/digests/2/recipients'],
	['digests', ANCB, '/umbrellas/ancb/digests'],
	['edition', null, '/umbrellas/ancb/digests/1/public'],
	['passed-on', null, '/umbrellas/ancb/digests/1/share'],
	['report', ANCB, '/umbrellas/ancb/report?from=2020-01-01'],
	['question', OUINHI, '/groups/sdg-benin/questions/5'],
	['split', OUINHI, `${GROUP}/questions/1`, page => open(page, 'form[action*="/split"]')],
	['table', OUINHI, `${GROUP}/questions/table`],
	['table-edit', OUINHI, `${GROUP}/questions/table?edit_row=1`],
	['lesson-new', OUINHI, `${GROUP}/lessons/new`],
	['take-along', OUINHI, `${GROUP}/take-along`],
	['editor', OUINHI, `${GROUP}/lessons/new`, write],
	['lesson-hub', OUINHI, `${GROUP}/lessons/2`],
	['ask', AKLAME, `${GROUP}/lessons/2`, page => open(page, 'form[action*="/inquiries"]')],
	['history', null, `${GROUP}/lessons/2/history`],
	['came-back', OUINHI, `${GROUP}/came-back`],
	['inbox-hub', OUINHI, '/inbox'],
	['outbox', OUINHI, '/outbox'],
	['search', null, '/search?q=marche'],
	['help', null, '/help'],
	['glossary', null, '/glossary'],
	['sign-in', null, '/sign-in'],
	['me', OUINHI, '/me'],
	['members', ANCB, `${GROUP}/members`],
	['member', ANCB, `${GROUP}/members/demo-aklame`],
	['hub', ANCB, `${GROUP}/members/demo-aklame/hub`],
	['settings', ANCB, `${GROUP}/settings`],
	['umbrella-people', ANCB, '/umbrellas/ancb/people'],
	['webhooks', ANCB, '/umbrellas/ancb/webhooks'],
	['webhook', ANCB, '/umbrellas/ancb/webhooks/1'],
	['people', ANCB, '/municipalities/demo-aklame/people'],
	['affiliation', ANCB, '/affiliations/11'],
	['group-new', ANCB, '/umbrellas/ancb/groups/new'],
	['umbrella', ANCB, '/umbrellas/ancb'],
	['style', null, '/style'],
];

/* Those of README.md, which tell the story: deploy/shots is made of them. */
const TOLD = [
	['inbox', ZINTADE, '/inbox?lang=en', 'phone', page => page.locator('section', { has: page.locator('.ask') }).last().evaluate(e => e.scrollIntoView())],
	['lesson', AKLAME, `${GROUP}/lessons/2?lang=en`, 'phone'],
	['uptake', ANCB, `${GROUP}/uptake?lang=en`, 'desk'],
	['digest', ANCB, '/umbrellas/ancb/digests/2?lang=en', 'desk'],
	['editor', OUINHI, `${GROUP}/lessons/new?lang=en`, 'desk', write],
];
const SCREENS = [
	['phone', { viewport: PHONE, deviceScaleFactor: 2, isMobile: true, hasTouch: true }],
	['desk', { viewport: DESK }],
];
const wanted = process.argv.slice(2);

/* The pictures that are wanted, each person signed in once. */
async function take(t, browser, site, options, shots) {
	const people = new Map();

	for (const { file, by, path, first, whole } of shots) {
		if (wanted.length > 0 && !wanted.some(word => file.includes(word)))
			continue;
		if (!people.has(by))
			people.set(by, await person(browser, site, by, options));
		const page = people.get(by), answer = await page.goto(path);

		await page.mouse.move(0, 0);
		await first?.(page);
		const picture = await page.screenshot({ fullPage: whole });

		writeFileSync(`${WHERE}/${file}`, whole ? picture : withPalette(picture));
		t.ok(answer.ok(), file);
	}
	await Promise.all([...people.values()].map(page => page.context().close()));
}

run(async (t, site, browser) => {
	mkdirSync(WHERE, { recursive: true });
	fill();
	for (const [screen, options] of SCREENS) {
		await take(t, browser, site, { ...options, colorScheme: 'light' }, TOLD.filter(([, , , on]) => on === screen)
			.map(([name, by, path, , first]) => ({ file: `readme-${name}.png`, by, path, first })));
		for (const colorScheme of ['light', 'dark'])
			await take(t, browser, site, { ...options, colorScheme },
				SHOTS.map(([name, by, path, first]) => ({ file: `${name}-${screen}-${colorScheme}.png`, by, path, first, whole: true })));
	}
});
