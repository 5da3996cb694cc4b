/*
 * What is written is kept: at once in this browser, and soon on the server, where its writer finds it
 * on another device too. The browser's copy goes when the server has it. The server knows by the form's
 * key whether it was sent meanwhile, so what was sent never comes back as unsent.
 */
import { contents, fill } from './contents.js';

const SOON = 2000;      // milliseconds after the last key
const AT_LATEST = 15000;

export class Draft {
	constructor(form) {
		this.form = form;
		this.told = form.querySelector('.saved');
		this.name = `draft ${form.dataset.keep} ${form.dataset.place} ${form.dataset.person ?? ''}`;
		this.first = contents(form);
		this.kept = null;               // what the server has
		this.timer = this.since = 0;
	}

	start() {
		this.restore();
		this.form.addEventListener('input', () => this.written());
		this.form.addEventListener('submit', () => { clearTimeout(this.timer); });
		window.addEventListener('online', () => this.send());
		window.addEventListener('pagehide', () => this.send());
		document.addEventListener('visibilitychange', () => document.hidden && this.send());
		if ('filled' in this.form.dataset)
			this.written();
	}

	/* What this browser has and the server may not: from a line that broke, or a page closed too soon. */
	async restore() {
		const copy = this.copy();

		/* a form that is shown again has what was just sent, and perhaps another edit to begin with */
		if (!copy || this.form.querySelector('.errors'))
			return;
		const answer = await this.put(copy);
		if (answer?.sent) {
			localStorage.removeItem(this.name);
		} else if (contents(this.form) === this.first) {
			fill(this.form, copy.content);
			this.form.elements.idempotency_key.value = copy.key;
			this.form.querySelectorAll('details').forEach(each => { each.open = true; });
			this.say(answer);
		}
	}

	written() {
		const now = Date.now();

		this.since ||= now;
		this.store();
		clearTimeout(this.timer);
		this.timer = setTimeout(() => this.send(), Math.max(0, Math.min(SOON, this.since + AT_LATEST - now)));
	}

	now() {
		return { key: this.form.elements.idempotency_key.value, content: contents(this.form) };
	}

	copy() {
		try {
			return JSON.parse(localStorage.getItem(this.name));
		} catch {
			return null;
		}
	}

	/* A browser may refuse to store anything; the server still does. */
	store() {
		try {
			localStorage.setItem(this.name, JSON.stringify(this.now()));
		} catch {
			/* said by say() once the server does not answer either */
		}
	}

	async put({ key, content }) {
		try {
			const answer = await fetch(this.form.dataset.keep, {
				method: 'POST', keepalive: content.length < 50000,
				headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
				body: JSON.stringify({ place: this.form.dataset.place, form: this.form.dataset.form, key, content }),
			});
			return answer.ok ? await answer.json() : null;
		} catch {
			return null;
		}
	}

	async send() {
		const now = this.now();

		clearTimeout(this.timer);
		if (!this.since || now.content === this.kept)
			return;
		this.since = 0;
		const answer = await this.put(now);
		if (answer)
			this.kept = now.content;
		else
			this.since ||= Date.now();
		if (answer && contents(this.form) === now.content)
			localStorage.removeItem(this.name);
		this.say(answer);
	}

	/* Said once for each state: a screen reader should not hear the clock. */
	say(answer) {
		const time = new Date().toLocaleTimeString(document.documentElement.lang, { hour: '2-digit', minute: '2-digit' });
		const { here, there } = this.told.dataset;

		this.told.hidden = false;
		this.told.classList.toggle('here', !answer);
		this.told.textContent = answer ? `${there} ${time}` : here;
	}
}
