/* One round over a group's pages, each asked of the worker when the one before is there. */
const PATIENCE = 90000;         // milliseconds for the worker's answer; it may be ended by the browser
const TRIES = 2;
const GOES_ON = ['there', 'same', 'new', 'gone'];

async function ask(worker, wish) {
	const { port1, port2 } = new MessageChannel(), { active } = await worker.ready;

	return new Promise(done => {
		const timer = setTimeout(() => done({ is: 'line' }), PATIENCE);

		port1.onmessage = ({ data }) => { clearTimeout(timer); done(data); };
		active.postMessage(wish, [port2]);
	});
}

async function fetchOne(worker, wish) {
	let answer;

	for (let n = 0; n < TRIES && answer?.is !== 'other' && answer?.is !== 'full' && !GOES_ON.includes(answer?.is); n++)
		answer = await ask(worker, wish);
	return answer;
}

/* What came of it: done, stopped, line, other, full. told(n): so many are there. */
export async function round(worker, { person, slug, urls, lang, about }, told, stopped) {
	let bytes = 0;

	for (const [n, url] of urls.entries()) {
		if (stopped())
			return 'stopped';
		const answer = await fetchOne(worker, { is: 'take', person, slug, url, lang, about });

		if (!GOES_ON.includes(answer.is))
			return answer.is;
		bytes += answer.bytes;
		told(n + 1);
	}
	return (await ask(worker, { is: 'took', person, slug, urls, about: { ...about, at: Date.now(), pages: urls.length, bytes } })).is;
}
