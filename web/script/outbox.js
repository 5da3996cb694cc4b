/* The page of what is kept on this device: what waits to be sent, and what can be read. */
import './page.js';
import { listForms } from './outbox/forms.js';
import { listGroups } from './outbox/groups.js';
import { listPages } from './outbox/pages.js';

const there = id => document.getElementById(id);

if (navigator.serviceWorker && window.caches) {
	there('unable').hidden = true;
	there('able').hidden = false;
	there('missing').hidden = location.pathname === '/outbox';
	listForms(navigator.serviceWorker);
	listGroups();
	listPages();
}
