/*
 * What is written without a line waits on the device, says so, outlives the browser, and is received exactly once:
 * with the line cut, the answer lost, the line slow or coming and going, and after the session ran out.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

import { AKLAME, CHROMIUM, DESK, FLAGS, GROUP, OUINHI, ask, person, run } from './lib.mjs';
import { kept, ready, says, state, stateIs } from './offline.mjs';

const LESSON = `${GROUP}/lessons/2`;
const SLOW = { bytes: 50000 / 8, delay: 400 };  // 50 kbit/s, 800 ms there and back

const reports = note => Number(ask(`SELECT count(*) FROM relais.report_note WHERE note = '${note}'`));

/* Opens the lesson with its form, the worker there and the page of what waits at hand. */
async function atLesson(page, site) {
	await page.goto(LESSON);
	await ready(page);
	await page.goto(LESSON);
	await kept(page, `${site.url}/outbox`);
}

/* Reports with a note; the page that follows is what waits, or the report. */
async function report(page, note, status = 'applied') {
	await page.locator('#report summary').click();
	await page.locator('#report [name=note]').fill(note);
	await page.locator(`#report button[value=${status}]`).first().click();
}

async function cut(t, browser, site) {
	const page = await person(browser, site, AKLAME), note = 'Sans ligne.';

	await atLesson(page, site);
	site.line.cut();
	await report(page, note);
	await page.waitForURL(url => url.pathname === '/outbox');
	await stateIs(page, 'saved');
	const item = page.locator('#forms li');
	t.ok(await item.filter({ hasText: 'gardé ici' }).waitFor().then(() => true, () => false), 'without a line it is said that it is kept here');
	await item.locator('summary').click();
	t.is(await item.locator('.text').textContent(), note, 'and what it is');
	t.ok(await says(page, 'pas encore envoyé'), 'every page says that something waits');
	t.is(reports(note), 0, 'it was not sent');
	await page.goto(LESSON);
	await page.locator('#here a').click();
	t.ok(await page.waitForURL(url => url.pathname === '/outbox').then(() => true), 'and leads there');
	site.line.restore();
	await page.goto('/outbox');
	await stateIs(page, 'received');
	t.is(reports(note), 1, 'with a line it goes out by itself, once');
	await page.locator('#forms .look').click();
	t.ok((await page.locator('main').textContent()).includes(note), 'and can be looked at', page.url());
	await page.context().close();
}

/* The answer is lost on its way: it was received, and the device does not know. */
/* Presses "Send now", unless it is being sent by itself at this moment: then there is nothing to press. */
function sendNow(page) {
	return page.evaluate(() => document.querySelector('#forms li[data-state=saved] .send')?.click());
}

async function lost(t, browser, site) {
	const page = await person(browser, site, AKLAME), note = 'Réponse perdue.';

	await atLesson(page, site);
	site.line.answers = false;
	await report(page, note);
	await page.waitForURL(url => url.pathname === '/outbox');
	await stateIs(page, 'saved');
	t.is(reports(note), 1, 'it was received, but the answer was lost');
	site.line.restore();
	await page.reload();
	await stateIs(page, 'received');
	t.is(reports(note), 1, 'sent again, it counts once');
	site.line.answers = false;
	await atLesson(page, site);
	await report(page, `${note} Deux fois.`);
	await page.waitForURL(url => url.pathname === '/outbox');
	const again = site.line.loses();

	site.line.up = true;                    /* it comes back, and loses the answer again */
	await sendNow(page);
	await again;
	await stateIs(page, 'saved');
	site.line.restore();
	await sendNow(page);
	await page.locator('#forms li[data-state=saved]').waitFor({ state: 'detached' });
	await page.waitForFunction(() => document.querySelectorAll('#forms li[data-state=received]').length === 2);
	t.is(reports(`${note} Deux fois.`), 1, 'nor when it is lost twice');
	await page.context().close();
}

async function slowly(t, browser, site) {
	const page = await person(browser, site, AKLAME), note = 'Lentement.';

	await atLesson(page, site);
	site.line.slow = SLOW;
	site.line.hold();
	await page.locator('#report summary').click();
	await page.locator('#report [name=note]').fill(note);
	const told = await page.evaluate(() => {
		document.querySelector('#report button[value=trying]').click();
		return document.getElementById('here').textContent;
	});
	t.ok(told.startsWith('Envoi en cours'), 'on a line of 50 kbit/s and 800 ms it says that it is being sent', told);
	site.line.letGo();
	await page.waitForURL(/#report-/);
	t.is(reports(note), 1, 'and is received once');
	t.is(await state(page), [], 'and nothing of it stays on the device');
	site.line.cut();
	await page.goto(LESSON);
	await report(page, `${note} Plus tard.`, 'trying');
	await page.waitForURL(url => url.pathname === '/outbox');
	site.line.restore();
	await page.reload();
	await stateIs(page, 'received');
	t.is(reports(`${note} Plus tard.`), 1, 'what waited too');
	site.line.slow = null;
	await page.context().close();
}

/* People tap twice where nothing seems to happen. */
async function tappedTwice(t, browser, site) {
	const page = await person(browser, site, AKLAME), note = 'Deux fois.', sent = [];

	await atLesson(page, site);
	page.on('request', request => request.method() === 'POST' && request.isNavigationRequest() && sent.push(request.url()));
	site.line.hold();
	await page.locator('#report summary').click();
	await page.locator('#report [name=note]').fill(note);
	await page.evaluate(() => {
		const button = document.querySelector('#report button[value=applied]');

		button.click();
		button.click();
	});
	site.line.letGo();
	await page.waitForURL(/#report-/);
	t.is([sent.length, reports(note)], [1, 1], 'a second tap within a moment sends nothing');
	await page.context().close();
}

async function flapping(t, browser, site) {
	const page = await person(browser, site, AKLAME), note = 'Par intermittence.';

	await atLesson(page, site);
	site.line.flap(4, 100);
	await report(page, note);
	await page.waitForURL(url => url.pathname === '/outbox');
	/* it is tried again by itself, every ten seconds */
	await page.locator('#forms li[data-state=received]').waitFor({ timeout: 90000 });
	site.line.flap(0, 0);
	t.is(reports(note), 1, 'on a line that comes and goes it is received once');
	site.line.cut();
	await page.goto(LESSON);
	await report(page, `${note} Interrupteur.`);
	await page.waitForURL(url => url.pathname === '/outbox');
	await page.locator('#forms li[data-state=saved]').waitFor();
	site.line.restore();
	await page.evaluate(() => dispatchEvent(new Event('online')));
	await page.waitForFunction(() => document.querySelectorAll('#forms li[data-state=received]').length === 2);
	t.is(reports(`${note} Interrupteur.`), 1, 'when the browser says that the line is back, it goes out without anybody’s doing');
	await page.context().close();
}

/* The browser is closed, and opened again without a line. */
async function closed(t, browser, site) {
	const directory = mkdtempSync(join(tmpdir(), 'profile-')), note = 'Navigateur fermé.';
	const start = () => chromium.launchPersistentContext(directory, { executablePath: CHROMIUM, args: FLAGS, viewport: DESK, baseURL: site.url, locale: 'fr' });
	let context = await start(), page = context.pages()[0];

	await page.goto('/sign-in');
	await page.locator('button', { hasText: AKLAME }).first().click();
	await page.waitForURL(url => url.pathname === '/');
	await atLesson(page, site);
	site.line.cut();
	await report(page, note);
	await page.waitForURL(url => url.pathname === '/outbox');
	await stateIs(page, 'saved');
	await context.close();
	context = await start();
	page = context.pages()[0];
	await page.goto('/outbox');
	await stateIs(page, 'saved');
	await page.locator('#forms summary').click();
	t.ok((await page.locator('#forms').textContent()).includes(note), 'the browser closed and opened again without a line, it is there');
	site.line.restore();
	await page.goto('/inbox');
	await page.locator('#here', { hasText: 'bien reçu' }).waitFor();
	t.is(reports(note), 1, 'and goes out once the line is there, from whatever page is opened');
	await context.close();
	rmSync(directory, { recursive: true, force: true });
}

async function sessionEnded(t, browser, site) {
	const page = await person(browser, site, AKLAME), note = 'Session terminée.';
	const signIn = async name => {
		await page.goto('/sign-in');
		await page.locator('button', { hasText: name }).first().click();
		await page.waitForURL(url => url.pathname !== '/sign-in' && !url.pathname.startsWith('/demo'));
		await page.goto('/outbox');
	};

	await atLesson(page, site);
	site.line.cut();
	await report(page, note);
	await page.waitForURL(url => url.pathname === '/outbox');
	await stateIs(page, 'saved');
	ask("UPDATE relais.access_token SET ended_at = now() WHERE kind = 'session'");
	site.line.restore();
	await page.locator('#forms .send').click();
	await stateIs(page, 'sign-in');
	t.ok(await page.locator('#forms', { hasText: 'Connectez-vous à nouveau' }).waitFor().then(() => true, () => false), 'the session ran out: it says to sign in again');
	await page.goto('/');
	await page.locator('#here', { hasText: 'pas encore envoyé' }).waitFor();
	t.is(reports(note), 0, 'and nothing is sent or lost');
	await signIn(OUINHI);
	await page.locator('#others').waitFor();
	t.is([await page.locator('#forms li').count(), (await page.content()).includes(note), reports(note)], [0, false, 0], 'it is not shown to another on the same phone, nor sent under their name');
	await signIn(AKLAME);
	await stateIs(page, 'received');
	t.is(reports(note), 1, 'its writer back, it goes out, once');
	t.is(ask(`SELECT p.name FROM relais.report_note r JOIN relais.event e USING (group_id, seq) JOIN relais.person p ON p.id = e.person_id WHERE r.note = '${note}'`), AKLAME, 'under their name');
	await page.context().close();
}

async function signingOut(t, browser, site) {
	const page = await person(browser, site, AKLAME), note = 'Avant de partir.';

	await atLesson(page, site);
	site.line.cut();
	await report(page, note);
	await page.waitForURL(url => url.pathname === '/outbox');
	await stateIs(page, 'saved');
	await page.locator('footer form button').click();
	await page.locator('#here', { hasText: 'Se déconnecter quand même' }).waitFor();
	t.is(new URL(page.url()).pathname, '/outbox', 'who signs out is told first that something waits');
	await page.locator('#forms .drop').click();
	t.ok(/pour de bon/.test(await page.locator('#forms .drop').textContent()), 'who throws it away is asked');
	await page.locator('#forms .drop').click();
	await page.locator('#forms li').waitFor({ state: 'detached' });
	site.line.restore();
	await page.goto('/outbox');
	t.is([await state(page), reports(note)], [[], 0], 'thrown away, it is never sent');
	await page.context().close();
}

/* What waits is opened where it was written, changed, and goes out in the place of what was. */
async function changed(t, browser, site) {
	const page = await person(browser, site, AKLAME), note = 'À changer.', better = 'Changé avant l’envoi.', { line } = site;
	const noted = page.locator('#report [name=note]');
	const open = async () => {
		await page.locator('#forms li[data-state=saved] .change').click();
		await page.waitForURL(url => url.pathname === LESSON && url.hash.startsWith('#change-'));
		return says(page, 'il remplace ce qui attend');
	};
	const send = () => page.locator('#report button[value=trying]').first().click();

	await atLesson(page, site);
	line.cut();
	await report(page, note);
	await page.waitForURL(url => url.pathname === '/outbox');
	await stateIs(page, 'saved');
	t.ok(await open(), 'what waits is opened without a line on the page where it was written');
	t.is([await noted.inputValue(), await noted.isVisible()], [note, true], 'with what was written');
	await noted.fill(better);
	await send();
	await page.waitForURL(url => url.pathname === '/outbox');
	await stateIs(page, 'saved');
	t.is((await state(page)).length, 1, 'sent again it takes the place of what waited');
	t.ok((await page.locator('#forms').textContent()).includes(better), '… as it is now');
	await open();
	line.restore();
	const before = line.requests;
	await page.evaluate(() => dispatchEvent(new Event('online')));
	await page.goto(`${LESSON}?lang=nl#change-${await page.evaluate(() => location.hash.slice(8))}`);
	await page.locator('#here', { hasText: 'in de plaats van wat wacht' }).waitFor();
	t.is([line.requests > before, reports(better)], [true, 0], 'while it is open it is not sent, though the line is back');
	await noted.fill(`${better} Deux fois.`);
	await send();
	await page.waitForURL(/#report-/);
	t.is([reports(note), reports(better), reports(`${better} Deux fois.`)], [0, 0, 1], 'one is received, as it was last');
	t.is(await state(page), [], 'and nothing waits');

	await atLesson(page, site);
	line.answers = false;
	await report(page, `${note} Perdu.`);
	await page.waitForURL(url => url.pathname === '/outbox');
	await stateIs(page, 'saved');
	line.restore();
	line.cut();
	await open();
	line.restore();
	await noted.fill(`${better} Perdu.`);
	await send();
	await page.locator('.errors', { hasText: 'déjà envoyé' }).waitFor();
	t.is([reports(`${note} Perdu.`), reports(`${better} Perdu.`)], [1, 0], 'what had been received though the answer was lost is not received twice: its writer is told');
	await page.goto('/outbox');
	await stateIs(page, 'received');
	await page.context().close();
}

/* A lesson that was written without a line: its page has its fields and rows again. */
async function rewritten(t, browser, site) {
	const page = await person(browser, site, OUINHI), path = `${GROUP}/lessons/new`, title = 'Écrite sans ligne';
	const form = page.locator('form[data-form=lesson]'), publish = () => form.locator('button[value=published]').first().click();

	await page.goto(path);
	await ready(page);
	await page.goto(path);
	await kept(page, `${site.url}/outbox`);
	site.line.cut();
	await page.goto(path);
	await form.locator('[name=title]').fill(title);
	await form.locator('[name=body]').fill('Le *texte*.');
	await publish();
	await page.waitForURL(url => url.pathname === '/outbox');
	await stateIs(page, 'saved');
	await page.locator('#forms .change').click();
	await says(page, 'il remplace ce qui attend');
	t.is([await form.locator('[name=title]').inputValue(), await form.locator('[name=body]').inputValue()], [title, 'Le *texte*.'], 'a lesson that waits is in its form again');
	await form.locator('[name=title]').fill(`${title}, corrigée`);
	await publish();
	await page.waitForURL(url => url.pathname === '/outbox');
	site.line.restore();
	await page.goto('/outbox');
	await stateIs(page, 'received');
	t.is(ask(`SELECT string_agg(title, ', ') FROM relais.item_text WHERE title LIKE '${title}%'`), `${title}, corrigée`, 'and is received once, corrected');
	await page.context().close();
}

/* Two change the same text; one of them without a line. */
async function conflict(t, browser, site) {
	const path = `${GROUP}/lessons/2/texts/fr`, mine = 'Mon texte, écrit sans ligne.', theirs = 'Le texte de l’autre.';
	const page = await person(browser, site, OUINHI), other = await person(browser, site, OUINHI);
	const send = (on, text) => on.locator('[name=body]').fill(text).then(() => on.locator(`form[action^="${path}"] .buttons button:not([name])`).first().click());

	await atLesson(page, site);
	await page.goto(path);
	await kept(page, page.url());
	await other.goto(path);
	await send(other, theirs);
	await other.waitForURL(url => url.pathname === LESSON);
	await other.context().close();
	site.line.cut();
	await send(page, mine);
	await page.waitForURL(url => url.pathname === '/outbox');
	await stateIs(page, 'saved');
	site.line.restore();
	await page.reload();
	await stateIs(page, 'conflict');
	t.ok((await page.locator('#forms').textContent()).includes('modifié entre-temps'), 'it says that the text was changed meanwhile');
	await page.locator('#forms .open').click();
	await page.locator('.errors', { hasText: theirs }).waitFor();
	t.is(await page.locator('[name=body]').inputValue(), mine, 'opened, both texts are there');
	t.is(await state(page), ['conflict'], '… and it is kept here until it is received');
	await page.locator(`form[action^="${path}"] .buttons button:not([name])`).first().click();
	await page.waitForURL(url => url.pathname === LESSON);
	t.ok((await page.locator('main').textContent()).includes(mine), 'sent again, knowing, it counts');
	t.is(await state(page), [], '… and does not wait here any more');
	await page.context().close();
}

run(async (t, site, browser) => {
	for (const each of [cut, lost, slowly, tappedTwice, flapping, closed, sessionEnded, signingOut, changed, rewritten, conflict]) {
		await each(t, browser, site);
		t.is(ask('SELECT count(*) - count(DISTINCT note) FROM relais.report_note'), '0', `${each.name}: nothing was received twice`);
	}
}, { line: true });
