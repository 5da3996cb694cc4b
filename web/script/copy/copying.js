/*
 * A button that copies the part of the page it names, as text and with its links. By way of the selection, which works on
 * pages without https too and makes the links whole.
 */
export function copying(doc) {
	for (const button of doc.querySelectorAll('[data-copy]')) {
		button.hidden = false;
		button.addEventListener('click', () => {
			const selection = doc.getSelection();

			selection.selectAllChildren(doc.getElementById(button.dataset.copy));
			if (doc.execCommand('copy')) {
				selection.removeAllRanges();
				button.textContent = button.dataset.copied;
			}
		});
	}
}
