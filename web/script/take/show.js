/* What is there of the group and how large it is, the buttons, and how far a round has come. */
import { aboutOf, remove, size, taken, whole } from '../here/along.js';
import { round } from './round.js';

export function showTaking(doc, worker) {
	const there = id => doc.getElementById(id), { lang } = doc.documentElement;
	const { slug, name, person = '0' } = there('main').dataset, words = there('able').dataset;
	const asked = new URLSearchParams(location.search).get('lang');
	let running = false, stop = false, broken = false;

	const say = word => { there('told').textContent = word ? words[word] : ''; };
	const when = at => new Date(at).toLocaleString(lang, { dateStyle: 'long', timeStyle: 'short' });

	/* An address in the language of this page. */
	const inLang = path => new URL(asked ? `${path}${path.includes('?') ? '&' : '?'}lang=${asked}` : path, location).href;

	async function show() {
		const had = await taken(person, slug), all = had && had.about.at;

		there('had').textContent = !had ? words.none : [all ? `${words.taken} ${when(had.about.at)}, ${size(lang, had.about.bytes)}.` : '',
			whole(had.about) ? '' : words.partly].filter(Boolean).join(' ');
		there('take').textContent = words[!had ? 'first' : whole(had.about) ? 'renew' : 'on'];
		there('take').disabled = false;
		there('take').hidden = running;
		there('stop').hidden = !running;
		there('remove').hidden = running || !had;
		there('far').hidden = !running;
		there('able').dataset.state = running ? 'running' : !had ? 'none' : whole(had.about) ? 'whole' : 'begun';
	}

	function told(n, all) {
		there('bar').max = all;
		there('bar').value = n;
		there('count').textContent = `${n} / ${all}`;
	}

	/* A round that broke off is gone on with: what came since it began is not asked for again. */
	async function begin() {
		const had = await taken(person, slug), answer = await fetch(inLang(aboutOf(slug)), { cache: 'no-store' });
		const { pages } = await answer.json(), now = Date.parse(answer.headers.get('Date'));
		const about = { ...had?.about, name, href: inLang(`/groups/${slug}`), all: pages.length,
			begun: had && !whole(had.about) ? had.about.begun : now };

		told(0, pages.length);
		return round(worker, { person, slug, lang, about, urls: pages.map(page => inLang(page.path)) }, n => told(n, pages.length), () => stop);
	}

	async function run() {
		if (running)
			return;
		running = true;
		stop = false;
		there('bar').value = 0;
		there('count').textContent = '';
		say('begun');
		navigator.storage?.persist?.().catch(() => {});
		await show();
		const end = await begin().catch(() => 'line');
		running = false;
		broken = end === 'line';
		await show();
		say(end);
	}

	there('take').onclick = run;
	there('stop').onclick = () => { stop = true; };
	there('remove').onclick = async ({ target }) => {
		await remove(person, slug);
		await show();
		say('removed');
		there('take').focus();
	};
	addEventListener('online', () => { if (broken) run(); });
	show();
}
