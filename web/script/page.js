/* What every page has beside its HTML; without it everything works, with it a little better. */
import { keepHere } from './page/here.js';
import { printIfAsked } from './page/print.js';
import { sendOnce } from './page/send_once.js';

sendOnce(document);
printIfAsked(window);
keepHere(navigator.serviceWorker);
