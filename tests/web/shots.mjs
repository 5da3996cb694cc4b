/* Pictures of the main pages: phone and desk, light and dark. Run by tests/shots. */
import { mkdirSync } from 'node:fs';
import { AKLAME, ANCB, DESK, GROUP, OUINHI, PHONE, ROOT, ZINTADE, person, run } from './lib.mjs';
import { QUARTER, fill } from './pages.mjs';

const WHERE = `${ROOT}var/shots`;
const SHOTS = [
	['home', null, '/'],
	['group', null, GROUP],
	['lesson', AKLAME, `${GROUP}/lessons/2`],
	['inbox', ZINTADE, '/inbox'],
	['share', null, `${GROUP}/lessons/2/share`],
	['uptake', ANCB, `${GROUP}/uptake`],
	['silent', ANCB, `${GROUP}/silent`],
	['quarters', ANCB, '/umbrellas/ancb/quarters'],
	['quarter-all', ANCB, QUARTER],
	['quarter-answer', ZINTADE, `${QUARTER}/answers/demo-zintade`],
	['silent-one', ANCB, `${GROUP}/silent/demo-zintade`],
	['digest', ANCB, '/umbrellas/ancb/digests/2'],
	['section', ANCB, '/umbrellas/ancb/digests/2/sections/sites-web-pcic'],
	['recipients', ANCB, '/umbrellas/ancb/digests/2/recipients'],
	['edition', null, '/umbrellas/ancb/digests/1/public'],
	['report', ANCB, '/umbrellas/ancb/report?from=2020-01-01'],
	['question', OUINHI, '/groups/sdg-benin/questions/5'],
	['table', OUINHI, `${GROUP}/questions/table`],
	['lesson-new', OUINHI, `${GROUP}/lessons/new`],
	['take-along', OUINHI, `${GROUP}/take-along`],
	['sign-in', null, '/sign-in'],
	['me', OUINHI, '/me'],
	['members', ANCB, `${GROUP}/members`],
	['member', ANCB, `${GROUP}/members/demo-aklame`],
	['hub', ANCB, `${GROUP}/members/demo-aklame/hub`],
	['settings', ANCB, `${GROUP}/settings`],
	['people', ANCB, '/municipalities/demo-aklame/people'],
	['affiliation', ANCB, '/affiliations/11'],
	['group-new', ANCB, '/umbrellas/ancb/groups/new'],
	['umbrella', ANCB, '/umbrellas/ancb'],
	['style', null, '/style'],
];
const SCREENS = [
	['phone', { viewport: PHONE, deviceScaleFactor: 2, isMobile: true, hasTouch: true }],
	['desk', { viewport: DESK }],
];
const wanted = process.argv.slice(2);

run(async (t, site, browser) => {
	mkdirSync(WHERE, { recursive: true });
	fill();
	for (const [screen, options] of SCREENS)
		for (const colorScheme of ['light', 'dark']) {
			const people = new Map();

			for (const [name, by, path] of SHOTS) {
				const file = `${name}-${screen}-${colorScheme}.png`;

				if (wanted.length > 0 && !wanted.some(word => file.includes(word)))
					continue;
				if (!people.has(by))
					people.set(by, await person(browser, site, by, { ...options, colorScheme }));
				const answer = await people.get(by).goto(path);
				await people.get(by).screenshot({ path: `${WHERE}/${file}`, fullPage: true });
				t.ok(answer.ok(), file);
			}
		}
});
