/*
 * axe-core, WCAG 2.2 AA and best practices: every page in each language, on desk and phone; and in the dark, in one of them, as
 * colours are the same in all.
 */
import { readFileSync } from 'node:fs';
import { DESK, LANGUAGES, PHONE, person, run } from './lib.mjs';
import { READERS, fill } from './pages.mjs';

const AXE = readFileSync(new URL('node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/* What is told of what passes, and where each element stands, nobody reads: it takes most of the time. */
const QUICK = { resultTypes: ['violations'], selectors: false };
const RULES = { ...QUICK, runOnly: { type: 'tag', values: TAGS } };
const COLOURS = { ...QUICK, runOnly: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] } };

/* What axe finds on the page as it stands. */
async function findings(page, rules) {
	const found = await page.evaluate(options => axe.run(document, options), rules);

	return found.violations.map(each => ({ rule: each.id, at: each.nodes.slice(0, 3).map(node =>
		`${node.html.slice(0, 200)} ${node.any[0]?.message ?? node.all[0]?.message ?? ''}`) }));
}

/* Forms are opened, so that what is in them is looked at too. */
async function open(page, address) {
	await page.goto(address);
	await page.evaluate(() => document.querySelectorAll('details').forEach(each => { each.open = true; }));
}

run(async (t, site, browser) => {
	fill();
	for (const { by, paths } of READERS) {
		const page = await person(browser, site, by, { serviceWorkers: 'block' });

		await page.addInitScript({ content: AXE });     /* with the page: half of what it takes to send it to each */
		for (const path of paths)
			for (const lang of LANGUAGES) {
				const name = `${path} in ${lang} for ${by ?? 'nobody'}`;

				await page.emulateMedia({ colorScheme: 'light' });
				await page.setViewportSize(lang === 'fr' ? PHONE : DESK);
				await open(page, `${path}?lang=${lang}`);
				t.is(await findings(page, RULES), [], name);
				if (lang !== LANGUAGES[paths.indexOf(path) % LANGUAGES.length])
					continue;
				await page.emulateMedia({ colorScheme: 'dark' });
				t.is(await findings(page, COLOURS), [], `${name}, dark`);
			}
		await page.context().close();
	}
});
