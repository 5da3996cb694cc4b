/* A section of a digest's draft: its order, and its text with a toolbar and a preview that follows. */
import './page.js';
import { preview } from './edit/preview.js';
import { toolbar } from './edit/toolbar.js';
import { ordering } from './section/order.js';

ordering(document);

const form = document.getElementById('section');
toolbar(form.elements.text);
preview(form);
