/* Passing a lesson or a digest on: the QR code is read back from the screen, light and dark; copying; what a sheet of paper shows. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { DESK, GROUP, OUINHI, PHONE, person, relais, run } from './lib.mjs';

const HERE = mkdtempSync(`${tmpdir()}/share-`);

async function code(t, page, site, name, leads) {
	const file = `${HERE}/${name}.png`;

	await page.locator('svg.qr').screenshot({ path: file });
	t.is(execFileSync('zbarimg', ['--raw', '-q', '--nodbus', file], { encoding: 'utf8' }).trim(), site.url + leads,
		`${name}: a phone that sees it is led to ${leads}`);
}

async function copy(t, page) {
	await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
	await page.locator('#copy').click();
	await page.locator('#copy', { hasText: 'Copié' }).waitFor();
	t.is(await page.evaluate(() => navigator.clipboard.readText()), await page.locator('#text').inputValue(), 'the lines are copied');
	t.is(await page.locator('#done').textContent(), 'Copié', 'which is told to who hears the page');
}

async function paper(t, browser, site) {
	const page = await person(browser, site, OUINHI);

	await page.addInitScript(() => { window.print = () => { window.printed = true; }; });
	await page.goto(`${GROUP}/lessons/2/share?lang=fr`);
	await page.locator('a[href$="#print"]').click();
	await page.waitForFunction(() => window.printed, null, { timeout: 60000 });
	t.ok(true, 'the link to print asks for it');
	await page.emulateMedia({ media: 'print' });
	const seen = await page.evaluate(() => ['h1', '.text', '.paper', 'form', 'nav', '#reports', '#report', 'footer', '.texts']
		.filter(each => [...document.querySelectorAll(each)].some(e => e.checkVisibility())));
	t.is(seen, ['h1', '.text', '.paper'], 'on paper there is the lesson and its address, and nothing to press');
	t.ok((await page.locator('.paper').textContent()).endsWith(`${GROUP}/lessons/2`), 'the address');
	const pdf = `${HERE}/lesson.pdf`;
	await page.pdf({ path: pdf, preferCSSPageSize: true });
	t.is(execFileSync('grep', ['-ac', '/Type */Page\\b', pdf], { encoding: 'utf8' }).trim(), '1', 'on one sheet');
}

/* From the digest's page to its lines, and back from the code to the digest. */
async function digest(t, browser, site) {
	relais('report', 'sites-web-pcic', '3', 'applied', '--as', 'demo.bovidji@example.org');
	relais('digest', 'draft', 'ancb');
	relais('digest', 'approve', 'ancb', '1', '--as', 'demo.ancb@example.org');
	for (const path of ['/umbrellas/ancb/digests/1', `${GROUP}/digests/1`]) {
		const page = await person(browser, site, null, { viewport: PHONE, deviceScaleFactor: 2 });

		await page.goto(`${path}?lang=fr`);
		await page.getByRole('link', { name: 'Partager', exact: true }).click();
		await page.waitForURL(`**${path}/share?lang=fr`);
		await code(t, page, site, path.split('/')[1], path);
		await copy(t, page);
		t.ok((await page.locator('#text').inputValue()).length < 600, 'its lines are few');
		t.is(await page.locator('a[href^="sms:"], a[href^="https://wa.me/"], a[href^="mailto:"]').count(), 3, 'three ways to pass them on');
	}
}

run(async (t, site, browser) => {
	for (const [name, options] of [['desk', { viewport: DESK }], ['phone', { viewport: PHONE, deviceScaleFactor: 2 }], ['dark', { colorScheme: 'dark' }]]) {
		const page = await person(browser, site, null, options);

		await page.goto(`${GROUP}/lessons/2/share?lang=fr`);
		await code(t, page, site, name, `${GROUP}/lessons/2`);
		if (name === 'desk')
			await copy(t, page);
	}
	await paper(t, browser, site);
	await digest(t, browser, site);
});
