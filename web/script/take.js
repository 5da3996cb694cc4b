/* The page on which a group is taken along. */
import './page.js';
import { showTaking } from './take/show.js';

if (navigator.serviceWorker && window.caches) {
	showTaking(document, navigator.serviceWorker);
} else {
	document.getElementById('able').hidden = true;
	document.getElementById('unable').hidden = false;
}
