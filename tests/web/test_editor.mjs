/*
 * Writing a lesson: the toolbar, the preview that follows, and what is written kept as it is written, on
 * the server while there is a line and in the browser while there is none, until it is sent once.
 */
import { GROUP, OUINHI, person, run } from './lib.mjs';

const NEW = `${GROUP}/lessons/new`;
const KEPT = `${GROUP}/drafts`;

/* What is typed, what of it is chosen, the button, what stands there then, and what of it is chosen. */
const TOOLS = [
	['un mot ici', [3, 6], 'bold', 'un **mot** ici', 'mot'],
	['', [0, 0], 'italic', '**', ''],
	['un mot', [0, 6], 'italic', '*un mot*', 'un mot'],
	['Titre', [2, 2], 'heading', '## Titre', '## Titre'],
	['un\ndeux', [0, 7], 'list', '- un\n- deux', '- un\n- deux'],
	['avant\nun', [6, 8], 'list', 'avant\n\n- un', '- un'],
	['- un\ndeux', [5, 5], 'list', '- un\n- deux', '- deux'],
	['un\ndeux\ntrois', [0, 13], 'numbers', '1. un\n2. deux\n3. trois', '1. un\n2. deux\n3. trois'],
	['voir ici', [5, 8], 'link', 'voir [ici](https://)', 'https://'],
];

async function tools(t, page) {
	const area = page.locator('textarea[name=body]');
	const button = name => page.locator(`.bar [data-do=${name}]`);
	const chosen = () => area.evaluate(e => e.value.slice(e.selectionStart, e.selectionEnd));

	for (const [typed, range, name, want, selected] of TOOLS) {
		await area.fill(typed);
		await area.evaluate((e, [from, to]) => e.setSelectionRange(from, to), range);
		await button(name).click();
		t.is([await area.inputValue(), await chosen()], [want, selected], `${name} of ${JSON.stringify(typed)}`);
		await page.keyboard.press('Control+z');
		t.is(await area.inputValue(), typed, '… can be undone');
	}
	await area.fill('mot');
	await area.selectText();
	await page.keyboard.press('Control+b');
	t.is(await area.inputValue(), '**mot**', 'by its key');

	await button('heading').focus();
	for (const [key, name] of [['ArrowRight', 'bold'], ['End', 'link'], ['ArrowRight', 'heading'], ['ArrowLeft', 'link'], ['Home', 'heading']]) {
		await page.keyboard.press(key);
		t.is(await page.evaluate(() => document.activeElement.dataset.do), name, `${key} goes to ${name}`);
	}
	await page.keyboard.press('Tab');
	t.is(await page.evaluate(() => document.activeElement.name), 'body', 'one more step leads into the text');
}

/* Waits for the server's answer to what is kept; gives what was sent. */
async function kept(page, act) {
	const answer = page.waitForResponse(each => new URL(each.url()).pathname === KEPT);

	await act();
	return (await answer).request().postDataJSON();
}

async function previews(t, page) {
	await page.goto(NEW);
	await page.locator('[name=title]').fill('Commencer petit');
	await page.locator('[name=body]').fill('Une *seule* page.');
	await page.locator('button[name=preview]').click();
	await page.locator('#preview em', { hasText: 'seule' }).waitFor();
	t.is(new URL(page.url()).pathname, NEW, 'the preview comes without leaving the page');
	t.is(await page.evaluate(() => document.activeElement.id), 'preview', '… and is read first');
	await page.locator('[name=body]').fill('Une **autre** page.');
	await page.locator('#preview strong', { hasText: 'autre' }).waitFor();
	t.is(await page.locator('#preview').count(), 1, 'it follows what is written');
	t.is(await page.evaluate(() => document.activeElement.name), 'body', '… and takes nobody away from writing');
	t.is(await page.locator('#preview', { hasText: '*Commencer petit*' }).count(), 1, 'it shows what goes to WhatsApp');
}

async function keeping(t, browser, site) {
	const phone = await person(browser, site, OUINHI);
	const desk = await person(browser, site, OUINHI);
	const said = phone.locator('.saved');

	await phone.goto(NEW);
	const sent = await kept(phone, () => phone.locator('[name=title]').fill('Écrit en route'));
	t.ok(sent.content.includes('title=%C3%89crit+en+route'), 'what is written goes to the server by itself', sent);
	await said.filter({ hasText: 'Gardé au fil' }).waitFor();
	await desk.goto(NEW);
	t.is(await desk.locator('[name=title]').inputValue(), 'Écrit en route', 'it is there on another device');
	t.is(await desk.locator('form.notice').count(), 1, '… which says so');

	await phone.context().setOffline(true);
	await phone.locator('[name=summary]').fill('Sans réseau.');
	await said.filter({ hasText: 'seulement sur cet appareil' }).waitFor();
	t.ok(true, 'without a line it says where it is kept');
	await phone.close();
	await phone.context().setOffline(false);
	const again = await phone.context().newPage();
	await kept(again, () => again.goto(NEW));
	await again.waitForFunction(() => document.querySelector('[name=summary]').value === 'Sans réseau.');
	t.ok(true, 'the browser closed, it is there again');
	await again.locator('.saved', { hasText: 'Gardé au fil' }).waitFor();
	await again.locator('[name=body]').fill('Une page.');
	await again.locator('button[value=published]').click();
	await again.waitForURL(url => /lessons\/\d+$/.test(url.pathname));

	await desk.locator('[name=title]').fill('Trop tard');
	await desk.reload();
	await desk.waitForFunction(() => Object.keys(localStorage).length === 0);
	t.is(await desk.locator('[name=title]').inputValue(), '', 'what was sent does not come back as unsent, on any device');
	await again.goto(NEW);
	t.is(await again.locator('[name=title]').inputValue(), '', '… nor there');
	t.is(await again.evaluate(() => Object.keys(localStorage).length), 0, '… and nothing stays in the browser');
	await again.context().close();
	await desk.context().close();
}

run(async (t, site, browser) => {
	const page = await person(browser, site, OUINHI);

	await page.goto(NEW);
	await tools(t, page);
	await previews(t, page);
	await page.request.post(`${site.url}${KEPT}/end`, { form: { place: 'lessons/new' }, headers: { 'Sec-Fetch-Site': 'same-origin' } });
	await page.context().close();
	await keeping(t, browser, site);
});
