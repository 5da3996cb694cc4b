/*
 * The preview is the server's own: the form is sent to be shown, and what comes back of it is put beside.
 * Once asked for it follows what is written; nothing is fetched for those who do not ask.
 */
const PAUSE = 800;      // milliseconds without a key

export function preview(form) {
	const button = form.querySelector('button[name=preview]');
	let shown = null, timer = 0, asked = 0;

	async function show() {
		const mine = ++asked;
		const sent = new URLSearchParams(new FormData(form));

		sent.set('preview', '1');
		const answer = await fetch(form.action, { method: 'POST', body: sent, headers: { Accept: 'text/html' } });
		const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
		const next = page.getElementById('preview');
		if (!next || mine !== asked)
			return Boolean(next);
		next.querySelector('.notice').remove();
		(shown ?? document.getElementById('preview'))?.remove();
		form.after(next);
		document.querySelector('main').classList.add('beside');
		shown = next;
		return true;
	}

	button.addEventListener('click', async event => {
		event.preventDefault();
		if (!await show().catch(() => false))
			return void form.requestSubmit(button);         // the server's page says what is wrong
		shown.focus();
	});
	form.addEventListener('input', () => {
		clearTimeout(timer);
		if (shown)
			timer = setTimeout(() => show().catch(() => {}), PAUSE);
	});
}
