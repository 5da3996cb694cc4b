/* The page to pass a lesson on by: copying its lines. */
import './page.js';
import { copyButton } from './share/copy.js';

copyButton(document.getElementById('copy'), document.getElementById('text'), document.getElementById('done'));
