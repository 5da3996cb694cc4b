/*
 * On a slow line people tap twice. The second tap within a moment is let go; a later one goes out, for the
 * reader may have stopped the first (sent twice, it counts once: the form's key sees to that).
 */
const MOMENT = 1000;    // milliseconds

export function sendOnce(doc) {
	const sent = new WeakMap();

	doc.addEventListener('submit', event => {
		if (event.timeStamp - sent.get(event.target) < MOMENT)
			event.preventDefault();
		else
			sent.set(event.target, event.timeStamp);
	});
}
