/* The matrix of uptake. */
import './page.js';
import { walking } from './matrix/walking.js';

for (const region of document.querySelectorAll('[data-walk]'))
	walking(region);
