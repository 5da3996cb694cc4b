/* A button that is there only where it works. An old browser copies what is selected. */
export function copyButton(button, text, status) {
	button.hidden = false;
	button.addEventListener('click', async () => {
		try {
			await navigator.clipboard.writeText(text.value);
		} catch (error) {
			text.select();
			if (!document.execCommand('copy'))
				return;
		}
		status.textContent = button.textContent = button.dataset.done;
	});
}
