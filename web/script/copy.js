/* Pages with a text to take along. */
import './page.js';
import { copying } from './copy/copying.js';

copying(document);
