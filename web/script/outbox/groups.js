/* The groups that were taken along whole, each with its size, to be renewed or removed. */
import { allTaken, remove, size, whole } from '../here/along.js';

const { lang } = document.documentElement, { person = '0' } = document.getElementById('main').dataset;
const pattern = document.getElementById('group'), list = document.getElementById('groups');

function row({ slug, about, here }) {
	const item = pattern.content.cloneNode(true).firstElementChild, one = name => item.querySelector(`.${name}`), drop = one('remove');
	const link = new URL(about.href);

	Object.assign(one('title'), { href: about.href, textContent: about.name });
	one('meta').textContent = whole(about)
		? `${new Date(about.at).toLocaleString(lang, { dateStyle: 'long', timeStyle: 'short' })} · ${size(lang, about.bytes)}` : `${here} / ${about.all}`;
	one('partly').hidden = whole(about);
	link.pathname = `/groups/${slug}/take-along`;
	one('renew').href = link.href;
	drop.onclick = async () => {
		if (drop.dataset.asked) {
			await remove(person, slug);
			return listGroups();
		}
		drop.dataset.asked = 1;
		drop.textContent = drop.dataset.sure;
	};
	return item;
}

export async function listGroups() {
	const all = await allTaken(person);

	list.replaceChildren(...all.map(row));
	document.getElementById('along').hidden = all.length === 0;
}
