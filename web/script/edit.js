/* A page with a form for long texts: kept as it is written, with a toolbar and a preview that follows. */
import './page.js';
import { Draft } from './edit/draft.js';
import { preview } from './edit/preview.js';
import { toolbar } from './edit/toolbar.js';

for (const form of document.querySelectorAll('form[data-place]')) {
	new Draft(form).start();
	toolbar(form.elements.body);
	preview(form);
}
