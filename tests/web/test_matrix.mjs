/* The largest matrix of uptake, 77 × 500, at a desk and on a phone: its heads stand still, its cells are walked by keyboard. */
import { ANCB, DESK, PHONE, large, person, run } from './lib.mjs';

/* Key, then row and column of where the focus is; from the region on. */
const WALK = [
	['ArrowDown', 1, 1], ['ArrowDown', 2, 1], ['ArrowRight', 2, 2], ['End', 2, 50], ['ArrowRight', 2, 50], ['Home', 2, 0], ['ArrowUp', 1, 0],
	['ArrowUp', 0, 0], ['ArrowRight', 0, 1], ['PageDown', 10, 1], ['Control+End', 77, 50], ['PageUp', 67, 50], ['Control+Home', 0, 0],
	['ArrowDown', 1, 0], ['ArrowRight', 1, 1],
];

function focused() {
	const cell = document.activeElement.closest('td, th');

	return cell && [cell.parentElement.rowIndex, cell.cellIndex];
}

/* Whether what has the focus can be read: inside the region, and no heading over it. */
function readable() {
	const cell = document.activeElement.closest('td, th');
	const box = cell.getBoundingClientRect();
	const seen = document.elementFromPoint(box.left + 4, box.top + 4), end = document.elementFromPoint(box.right - 4, box.bottom - 4);

	return cell.contains(seen) && cell.contains(end);
}

/* The corner, a heading of each side, and how wide the columns are. */
function heads() {
	const region = document.querySelector('.matrix'), { rows } = region.querySelector('table');
	const inside = region.getBoundingClientRect();

	region.scrollTo(900, 900);
	const [corner, top, side] = [rows[0].cells[0], rows[0].cells[20], rows[30].cells[0]].map(cell => cell.getBoundingClientRect());
	return {
		top: Math.round(corner.top - inside.top) <= 1 && Math.round(top.top - inside.top) <= 1,
		side: Math.round(corner.left - inside.left) <= 1 && Math.round(side.left - inside.left) <= 1,
		room: inside.width - side.width >= 140, narrowest: Math.min(...[...rows[1].cells].map(c => c.offsetWidth)) >= 100,
		page: document.documentElement.scrollWidth <= innerWidth,
	};
}

run(async (t, site, browser) => {
	large();
	for (const [screen, options] of [['desk', { viewport: DESK }], ['phone', { viewport: PHONE, isMobile: true, hasTouch: true }]]) {
		const page = await person(browser, site, ANCB, options);

		await page.goto('/groups/large/uptake?lang=fr');
		t.is(await page.evaluate(heads), { top: true, side: true, room: true, narrowest: true, page: true }, `${screen}: the heads stand still`);
		await page.locator('.matrix').focus();
		for (const [key, row, column] of WALK) {
			await page.keyboard.press(key);
			t.is(await page.evaluate(focused), [row, column], `${screen}: ${key} leads to ${row}, ${column}`);
			t.ok(await page.evaluate(readable), `${screen}: … which can be read`);
		}
		await page.keyboard.press('Control+Home');
		await page.keyboard.press('ArrowRight');
		await page.keyboard.press('Enter');
		await page.waitForURL('**/lessons/500*');
		t.ok(true, `${screen}: Enter on a lesson opens it`);
		await page.context().close();
	}

	const bare = await person(browser, site, ANCB, { javaScriptEnabled: false });
	await bare.goto('/groups/large/uptake?lang=fr');
	await bare.locator('summary').first().click();
	await bare.locator('select[name=sort]').selectOption('applied');
	await bare.locator('input[name=name]').fill('cové');
	await bare.locator('.choose button').click();
	const names = await bare.locator('.matrix tbody th').allTextContents();
	t.ok(names.length > 2 && names.every(name => name.startsWith('Cové')), 'without JavaScript they are chosen and sorted', names);
});
