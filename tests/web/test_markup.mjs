/* html-validate finds nothing on any page, and w3m shows the main ones in a sensible order. */
import { execFileSync } from 'node:child_process';
import { HtmlValidate } from 'html-validate';
import { GROUP, LANGUAGES, person, run } from './lib.mjs';
import { READERS, fill } from './pages.mjs';

const CHECKER = new HtmlValidate({
	root: true,
	extends: ['html-validate:recommended', 'html-validate:document'],
	rules: {
		'form-dup-name': 'off',                 /* several boxes, and an empty value for none of them, have one name */
		'long-title': 'off',                    /* a lesson's title is its writer's */
		'no-implicit-button-type': 'off',       /* a button without a type submits, which is what ours do */
		'require-sri': 'off',                   /* the style sheet comes from where the page does */
		'valid-id': ['error', { relaxed: true }],
	},
});

/* What a reader in a terminal has to see, in this order. */
const IN_TEXT = [
	[GROUP, ['Relais', 'Leçons', 'Sites web communaux', 'Commencer par un petit site utile', 'Questions d', 'Suivre sans venir']],
	[`${GROUP}/lessons/2`, ['Leçon apprise 2', 'Commencer par un petit site utile', 'Choisir un seul public', 'Répond à la question',
		'Ce qu\'en font les communes', 'Commune Démo Bovidji']],
	[`${GROUP}/uptake`, ['Application des apprentissages', 'Une ligne par commune', 'Apprendre avec', 'Aklamè', 'Bovidji', 'Dokanvè']],
	['/umbrellas/ancb/digests/1', ['point de la quinzaine n° 1', 'Commune Démo Bovidji']],
	['/sign-in', ['Se connecter', 'Démo Aklamè', 'Votre code personnel']],
];

async function markup(t, browser, site) {
	for (const { by, paths } of READERS) {
		const page = await person(browser, site, by, { serviceWorkers: 'block' });

		for (const path of paths)
			for (const lang of LANGUAGES) {
				const text = await (await page.request.get(`${path}?lang=${lang}`)).text();
				const report = await CHECKER.validateString(text);
				const told = report.results.flatMap(result => result.messages)
					.map(each => `${each.ruleId}: ${each.message}: ${text.split('\n')[each.line - 1].slice(0, 160)}`);
				t.is(told, [], `${path} in ${lang} for ${by ?? 'nobody'}`);
			}
	}
}

function inText(t, site) {
	for (const [path, wanted] of IN_TEXT) {
		const text = execFileSync('w3m', ['-dump', '-cols', '100', '-O', 'UTF-8', `${site.url}${path}?lang=fr`], { encoding: 'utf8' })
			.replace(/\s+/g, ' ');
		let at = 0;

		for (const words of wanted) {
			const found = text.indexOf(words, at);
			t.ok(found >= 0, `w3m ${path}: ${words}`, text);
			at = Math.max(at, found);
		}
	}
}

run(async (t, site, browser) => {
	fill();
	await markup(t, browser, site);
	inText(t, site);
});
