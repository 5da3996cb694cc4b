/*
 * Forced colours (high contrast): backgrounds are gone and every colour is the reader's own, so that controls, marks,
 * what is chosen and what has the focus have to be told by their edges, words and shapes.
 */
import { person, run } from './lib.mjs';
import { READERS, fill } from './pages.mjs';

/* In the page: what cannot be told any more, each with what it is. */
function untold() {
	const found = [], all = selector => [...document.querySelectorAll(selector)].filter(each => each.checkVisibility());
	const fault = (what, element) => found.push(`${what}: ${element.outerHTML.slice(0, 160)}`);
	const edged = style => ['Top', 'Right', 'Bottom', 'Left'].some(side => style[`border${side}Style`] !== 'none' && parseFloat(style[`border${side}Width`]) > 0);
	const clear = paint => paint === 'none' || /^rgba.*, 0\)$/.test(paint);
	const ground = element => element && clear(getComputedStyle(element).backgroundColor) ? ground(element.parentElement) : element && getComputedStyle(element).backgroundColor;
	const drawn = shape => {
		const style = getComputedStyle(shape), seen = paint => !clear(paint) && paint !== ground(shape.closest('svg').parentElement);

		return seen(style.fill) || (seen(style.stroke) && parseFloat(style.strokeWidth) > 0);
	};

	for (const control of all('button, .button, select, textarea, input:not([type=checkbox], [type=radio], [type=hidden])'))
		if (!edged(getComputedStyle(control)) && !getComputedStyle(control).textDecorationLine.includes('underline'))
			fault('a control without an edge', control);
	for (const mark of all('.tag, .status'))
		if (!mark.textContent.trim() && !mark.getAttribute('aria-label') && !mark.querySelector('title'))
			fault('a mark without a word', mark);
	for (const picture of all('svg'))
		if (![...picture.querySelectorAll('path, rect, circle, line, polyline, polygon, text, use')].some(drawn))
			fault('a picture that is not seen', picture);
	for (const current of all('[aria-current]:not([aria-current=false])')) {
		const here = getComputedStyle(current), beside = [...current.parentElement.closest('ul, nav, ol, p, div').querySelectorAll('a')].find(a => !a.hasAttribute('aria-current'));
		const told = style => [style.backgroundColor, style.textDecorationLine, style.borderBottomWidth, style.borderBottomStyle].join();

		if (beside && told(here) === told(getComputedStyle(beside)))
			fault('what is chosen looks like the rest', current);
	}
	for (const one of all('a[href], button, select, textarea, input:not([type=hidden]), summary')) {
		one.focus();
		const style = getComputedStyle(one);
		if (document.activeElement === one && one.matches(':focus-visible') && (style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 2))
			fault('the focus is not seen', one);
	}
	return [...new Set(found)];
}

run(async (t, site, browser) => {
	fill();
	for (const { by, paths } of READERS) {
		const page = await person(browser, site, by, { forcedColors: 'active', serviceWorkers: 'block' });

		for (const path of paths) {
			await page.goto(path);
			t.ok(await page.evaluate(() => matchMedia('(forced-colors: active)').matches), `${path} for ${by ?? 'nobody'} in forced colours`);
			t.is(await page.evaluate(untold), [], '… everything can be told');
		}
		await page.context().close();
	}
});
