/* No page scrolls sideways at 320 pixels, none moves while it loads, and what is to be hit is large enough. */
import { DESK, person, run } from './lib.mjs';
import { READERS, fill } from './pages.mjs';

const NARROW = { width: 320, height: 568 };
const SMALLEST = 44;

function watch() {
	window.moved = [];
	new PerformanceObserver(list => list.getEntries().forEach(each => window.moved.push(...each.sources.map(source =>
		`${source.node?.nodeName}.${source.node?.className} ${JSON.stringify(source.previousRect)} ${JSON.stringify(source.currentRect)}`))))
		.observe({ type: 'layout-shift', buffered: true });
}

/* Controls under the size a thumb needs; links within a sentence or a table are as high as their line. */
function small(least) {
	const alone = 'button, .button, select, textarea, summary, input:not([type=hidden], [type=checkbox]), label.check, header a, nav a';

	return [...document.querySelectorAll(alone)].filter(each => each.checkVisibility() && !each.matches('.skip'))
		.map(each => ({ what: each.outerHTML.slice(0, 120), height: Math.round(each.getBoundingClientRect().height) }))
		.filter(each => each.height < least);
}

run(async (t, site, browser) => {
	fill();
	for (const { by, paths } of READERS)
		for (const viewport of [NARROW, DESK]) {
			const page = await person(browser, site, by, { viewport, serviceWorkers: 'block' });

			await page.addInitScript(watch);
			for (const path of paths) {
				const name = `${path} for ${by ?? 'nobody'} at ${viewport.width}`;

				await page.goto(path, { waitUntil: 'load' });
				await page.evaluate(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))));
				const got = await page.evaluate(() => ({ width: document.documentElement.scrollWidth, moved: window.moved }));
				t.is(got, { width: viewport.width, moved: [] }, `${name}: as wide as the screen, and still`);
				t.is(await page.evaluate(small, SMALLEST), [], `${name}: nothing too small to hit`);
			}
			await page.context().close();
		}
});
