/* A section of a digest's draft: its order, and its text with a preview that follows. */
import './page.js';
import { preview } from './edit/preview.js';
import { ordering } from './section/order.js';

ordering(document);
preview(document.getElementById('section'));
