/* What the tests without a line wait for. */
const PATIENCE = 15000;

/* The worker is there, which rules the pages opened from now on, and has the address of this one. */
export async function ready(page) {
	await kept(page, page.url());
	await page.locator('#here').waitFor({ state: 'attached' });
}

/* The address is among the copies. (waitForFunction does not wait for what an async function gives.) */
export async function kept(page, url) {
	await page.evaluate(async ([address, patience]) => {
		const addresses = async () => (await Promise.all((await caches.keys()).map(async name => (await (await caches.open(name)).keys())
			.map(key => key.url)))).flat();

		for (const start = performance.now(); !(await addresses()).includes(address);) {
			if (performance.now() - start > patience)
				throw new Error(`${address} is not kept: ${await addresses()}`);
			await new Promise(done => setTimeout(done, 20));
		}
	}, [url.replace(/#.*/, ''), PATIENCE]);
}

/* Whether it comes to be seen. */
export function seen(locator) {
	return locator.waitFor().then(() => true, () => false);
}

/* Whether the page comes to say this of copies and of what waits. */
export function says(page, words) {
	return seen(page.locator('#here', { hasText: words }));
}

/* The states of the forms that this device keeps, the oldest first. */
export function state(page) {
	return page.evaluate(() => new Promise(done => {
		indexedDB.open('relais').onsuccess = ({ target: { result } }) => {
			result.transaction('form').objectStore('form').getAll().onsuccess = ({ target }) => {
				result.close();
				done(target.result.sort((a, b) => a.at - b.at).map(form => form.state));
			};
		};
	}));
}

/* The page of what waits shows the latest form in one of these states. */
export async function stateIs(page, ...states) {
	await page.locator(states.map(one => `#forms li:first-child[data-state=${one}]`).join(', ')).waitFor();
}
