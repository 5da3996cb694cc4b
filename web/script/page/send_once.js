/*
 * On a slow line people tap twice. A form on its way is not sent again until its answer is
 * here or the reader comes back to the page (from the browser's memory of it, too).
 */
export function sendOnce(doc) {
	doc.addEventListener('submit', event => {
		if (event.defaultPrevented)
			return;
		if (event.target.ariaBusy === 'true')
			event.preventDefault();
		event.target.ariaBusy = 'true';
	});
	addEventListener('pageshow', () => {
		for (const form of doc.forms)
			form.ariaBusy = null;
	});
}
