/* A section of a digest's draft. */
import './page.js';
import { ordering } from './section/order.js';

ordering(document);
