/* The page of what is kept on this device: what waits to be sent, and what can be read. */
import './page.js';
import { listForms } from './outbox/forms.js';
import { listGroups } from './outbox/groups.js';
import { listPages } from './outbox/pages.js';

const there = id => document.getElementById(id);

/* Shown once all of it is there, so that nothing moves under a finger. */
async function show() {
	await Promise.all([listForms(navigator.serviceWorker), listGroups(), listPages()]);
	there('missing').hidden = location.pathname === '/outbox';
	there('able').hidden = false;
}

if (navigator.serviceWorker && window.caches)
	show();
else
	there('unable').hidden = false;
