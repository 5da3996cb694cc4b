/* What the tests without a line wait for. */
/* The worker rules this page, and has the address of its own page and of what stands in. */
export async function ready(page) {
	await page.evaluate(() => navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller ||
		new Promise(done => navigator.serviceWorker.addEventListener('controllerchange', done))));
	await kept(page, page.url());
	await page.locator('#here').waitFor({ state: 'attached' });
}

/* The address is among the copies. */
export async function kept(page, url) {
	await page.waitForFunction(async address => (await Promise.all((await caches.keys()).map(async name => (await (await caches.open(name)).keys())
		.map(key => key.url)))).flat().includes(address), url.replace(/#.*/, ''));
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
