/*
 * Who reads on this device: whom the last page that came was for ('0' is nobody). Each has copies of their own,
 * and nobody is shown another's.
 */
import { known, learn } from '../here/store.js';

let now, turns = 0;

export async function who() {
	if (now === undefined)
		now = await known('who') || '0';
	return now;
}

/* Rises when somebody signs out: what was asked for before that is not kept any more. */
export const turn = () => turns;

export async function isNow(person) {
	if (await who() !== person) {
		now = person;
		await learn('who', person);
	}
}

/* Signing out leaves nothing to read, whether or not the line is there to tell the service. */
export async function forget() {
	const person = await who();

	turns++;
	await isNow('0');
	if (person !== '0')
		await Promise.all((await caches.keys()).filter(name => name.split(' ')[1] === person).map(name => caches.delete(name)));
}
