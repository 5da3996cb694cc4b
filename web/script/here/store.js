/*
 * What this device keeps of forms that wait, in a database of the browser's own:
 *
 *   form   one by its idempotency key: {key, who, url, body, from, at, state, tell, where}
 *   known  single things: who read here last
 *
 * state: sending, saved (here), sign-in, conflict, wrong, refused, received. tell is what the service said.
 */
let opened;

function open() {
	opened = opened || new Promise((done, failed) => {
		const request = indexedDB.open('relais', 1);

		request.onupgradeneeded = () => {
			request.result.createObjectStore('form', { keyPath: 'key' });
			request.result.createObjectStore('known');
		};
		request.onsuccess = () => done(request.result);
		request.onerror = () => { opened = null; failed(request.error); };
	});
	return opened;
}

/* One step in one transaction; done when it is on the disk. */
async function step(store, mode, work) {
	const transaction = (await open()).transaction(store, mode, { durability: 'strict' });
	const request = work(transaction.objectStore(store));

	return new Promise((done, failed) => {
		transaction.oncomplete = () => done(request.result);
		transaction.onerror = transaction.onabort = () => failed(transaction.error);
	});
}

export const known = name => step('known', 'readonly', s => s.get(name));
export const learn = (name, value) => step('known', 'readwrite', s => s.put(value, name));

export const formOf = key => step('form', 'readonly', s => s.get(key));
export const keepForm = form => step('form', 'readwrite', s => s.put(form));
export const dropForm = key => step('form', 'readwrite', s => s.delete(key));

/* The oldest first. */
export async function forms() {
	return (await step('form', 'readonly', s => s.getAll())).sort((a, b) => a.at - b.at);
}
