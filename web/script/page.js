/* What every page has beside its HTML; without it everything works, with it a little better. */
import { printIfAsked } from './page/print.js';
import { sendOnce } from './page/send_once.js';
import { withWorker } from './page/worker.js';

sendOnce(document);
printIfAsked(window);
withWorker(navigator.serviceWorker);
