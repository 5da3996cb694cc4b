/* A link to print leads to the page that is to be printed, and asks for it there. */
export function printIfAsked(win) {
	if (win.location.hash === '#print')
		win.addEventListener('load', () => win.print());
}
