/* The inbox: an answer goes out from its row, and the page stays where it is. */
import './page.js';
import { answerInPlace } from './inbox/in_place.js';

answerInPlace(document);
