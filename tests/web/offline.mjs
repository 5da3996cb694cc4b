/* What the tests without a line wait for. */
/* The worker rules this page, and has the address of its own page and of what stands in. */
export async function ready(page) {
	await page.evaluate(() => navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller ||
		new Promise(done => navigator.serviceWorker.addEventListener('controllerchange', done))));
	await kept(page, page.url());
}

/* The address is among the copies. */
export async function kept(page, url) {
	await page.waitForFunction(async address => (await Promise.all((await caches.keys()).map(async name => (await (await caches.open(name)).keys())
		.map(key => key.url)))).flat().includes(address), url.replace(/#.*/, ''));
}
