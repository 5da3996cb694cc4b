/* The pages there are, each with somebody who has something to do on each. */
import { createHmac } from 'node:crypto';
import { AKLAME, ANCB, GROUP, OUINHI, ZINTADE, ask, relais } from './lib.mjs';

/* An approved digest, a draft of the next, and things to tell in both. */
export function fill() {
	const report = (number, status, who, ...more) =>
		relais('report', 'sites-web-pcic', number, status, '--as', `demo.${who}@example.org`, ...more);

	report('3', 'applied', 'bovidji');
	report('4', 'trying', 'zintade');
	relais('digest', 'draft', 'ancb');
	relais('digest', 'approve', 'ancb', '1', '--as', 'demo.ancb@example.org');
	report('2', 'adapted', 'aklame', '--adaptation', 'sans page d’accueil, avec un panneau à la mairie');
	report('3', 'interrupted', 'aklame', '--reason', 'budget');
	report('5', 'applied', 'zintade', '--note', 'Le marché a sa page ; les horaires y sont à jour.');
	relais('digest', 'draft', 'ancb');
	READERS[0].paths.push(...links());
	webhook();
}

/* One of the umbrella's that is suspended, with its log. */
function webhook() {
	const group = ask("SELECT id FROM relais.group WHERE slug = 'sites-web-pcic'");

	ask(`INSERT INTO relais.webhook (umbrella_id, url, kinds, secret, state, delivery_id) SELECT id, 'https://portail.example/relais?source=communes', '{lesson,report}',
		'whsec_' || repeat('A', 43) || '=', 'suspended', 1000002 FROM relais.umbrella WHERE slug = 'ancb'`);
	ask(`INSERT INTO relais.delivery (id, kind, state, tries, ended_at, answer, about) OVERRIDING SYSTEM VALUE
		SELECT 1000000 + n, 'webhook', CASE n WHEN 2 THEN 'suspended' ELSE 'delivered' END, 2 * n - 1, now(),
			CASE n WHEN 2 THEN 'HTTP 503 after 34 ms: <html><title>Maintenance</title>' ELSE 'HTTP 204 after 51 ms' END,
			jsonb_build_object('webhook', 1, 'group', ${group}, 'first', n, 'last', 2 * n - 1, 'upto', 2 * n - 1) FROM generate_series(1, 2) n`);
}

/* Pages that links in mail lead to, signed as relais-courier signs them. */
function links() {
	const secret = 'ab'.repeat(32);
	const day = Math.floor(Date.now() / 86400e3) + 10;
	const sign = (...parts) => {
		const text = [...parts, day, 1].join('.');

		return `${text}.${createHmac('sha256', Buffer.from(secret, 'hex')).update(text).digest('hex').slice(0, 32)}`;
	};
	const group = ask("SELECT id FROM relais.group WHERE slug = 'sites-web-pcic'");
	const person = ask("SELECT id FROM relais.person WHERE email = 'demo.zintade@example.org'");

	ask(`SELECT relais.signing_key('${secret}')`);
	ask(`INSERT INTO relais.subscription VALUES (${person}, ${group}, 'weekly', 1, 8, 'fr', NULL, 0)`);
	const asked = ask(`INSERT INTO relais.incoming (recipient, sender, message, state, understood) VALUES ('r', 's', '', 'asked',
		'{"from": "x@example.org", "commands": [{"line": "1 appliqué"}], "rest": ""}') RETURNING id`);

	return [`/a/${sign('r', person, group, 2, 'any')}`, `/a/${sign('r', person, group, 3, 'adapted')}`, `/a/${sign('r', person, group, 2, 'interrupted')}`,
		`/u/${sign('u', person, group)}`, `/mail/${sign('p', person)}`, '/mail/p.1.1.1.00', `/c/${sign('c', person, asked)}`];
}

/* The quarter that runs in Benin. */
const now = new Date(Date.now() + 3600e3);
export const QUARTER = `/umbrellas/ancb/quarters/${now.getUTCFullYear()}-q${Math.floor(now.getUTCMonth() / 3) + 1}`;

const SEEN_BY = [
	[null, ['/', '/sign-in', '/sign-in/sent', '/demo/mail', '/nothing-here', '/style', '/search', '/glossary', '/help', GROUP, `${GROUP}/uptake/trends`, `${GROUP}/lessons`, `${GROUP}/questions`, `${GROUP}/questions/table`, `${GROUP}/questions/1/similar`, `${GROUP}/uptake`,
		`${GROUP}/members`, `${GROUP}/lessons/2`, `${GROUP}/lessons/2/history`, `${GROUP}/came-back`, `${GROUP}/take-along`, `${GROUP}/questions/1`, '/groups/sdg-benin', '/groups/sdg-benin/questions/5',
		'/umbrellas/ancb', '/umbrellas/ancb/digests', '/umbrellas/ancb/digests/1', '/umbrellas/ancb/digests/1/public', '/umbrellas/ancb/digests/1/share', `${GROUP}/digests/1`, `${GROUP}/digests/1/share`, '/municipalities/ouinhi']],
	[OUINHI, [GROUP, `${GROUP}/came-back`, `${GROUP}/lessons/new`, `${GROUP}/questions/new`, `${GROUP}/lessons/2`, `${GROUP}/lessons/2/texts/fr`,
		`${GROUP}/lessons/2/texts/nl`, `${GROUP}/questions/1`, `${GROUP}/questions/1/texts/fr`, `${GROUP}/questions/table?edit_row=1`, `${GROUP}/subscriptions`, '/inbox', '/me', `${GROUP}/silent`]],
	[AKLAME, ['/inbox', `${GROUP}/silent`, `${GROUP}/lessons/2`, `${GROUP}/lessons/4`, `${GROUP}/uptake`]],
	[ZINTADE, [`${QUARTER}/answers/demo-zintade`, '/inbox', `${GROUP}/silent`, `${GROUP}/silent/demo-zintade`, `${GROUP}/lessons/2/share`]],
	[ANCB, [`${GROUP}/members/demo-aklame`, `${GROUP}/members/demo-aklame/hub`, `${GROUP}/settings`, '/umbrellas/ancb/groups/new',
		'/umbrellas/ancb/people', '/municipalities/demo-aklame/people', '/affiliations/11', '/umbrellas/ancb/webhooks', '/umbrellas/ancb/webhooks/1']],
	[ANCB, ['/umbrellas/ancb/quarters', QUARTER, `${GROUP}/silent`, `${GROUP}/silent?days=30`, `${GROUP}/silent/demo-zintade`, `${GROUP}/uptake`, `${GROUP}/members`, `${GROUP}/lessons/2`, '/umbrellas/ancb', '/umbrellas/ancb/digests/2',
		'/umbrellas/ancb/digests/2/sections/sites-web-pcic', '/umbrellas/ancb/digests/2/recipients', '/umbrellas/ancb/report', '/inbox']],
	[null, ['/outbox']],
	[OUINHI, ['/outbox']],
];

/* Those of each person together, so that each signs in once. */
export const READERS = SEEN_BY.map(([by, paths]) => ({ by, paths }));
