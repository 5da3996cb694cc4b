/* The Nu HTML checker finds nothing on any page, in the style sheet, or in a picture that is had by itself. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { GROUP, LANGUAGES, ROOT, person, run } from './lib.mjs';
import { READERS, fill } from './pages.mjs';

const JAR = fileURLToPath(new URL('node_modules/vnu-jar/build/dist/vnu.jar', import.meta.url));
const STYLE = ['style.css', 'icon.svg'];
const CHARTS = ['funnel', 'months', 'days', 'map', 'silence', 'reasons'];
const FAULTY = '<!DOCTYPE html><html lang="en"><title>x</title><style>p { colour: red }</style><p><div></p>';

/* Keeps each under a name of its own in the directory; gives {name: what it is}. */
async function save(directory, site, browser) {
	const names = {};
	const keep = (text, what, ending) => {
		const name = `${Object.keys(names).length}.${ending}`;

		writeFileSync(`${directory}/${name}`, text);
		names[name] = what;
	};

	for (const { by, paths } of READERS) {
		const page = await person(browser, site, by);

		for (const lang of LANGUAGES) {
			for (const path of paths)
				keep(await (await page.request.get(`${path}?lang=${lang}`)).text(), `${path} in ${lang} for ${by ?? 'nobody'}`, 'html');
			for (const chart of paths.includes(`${GROUP}/uptake`) ? CHARTS : []) {
				const answer = await page.request.get(`${GROUP}/uptake/trends/${chart}.svg?lang=${lang}`);

				if (answer.ok())
					keep(await answer.text(), `${chart}.svg in ${lang} for ${by ?? 'nobody'}`, 'svg');
			}
		}
		await page.context().close();
	}
	return names;
}

/* What it says of the files of the directory: {name: [messages]}, warnings and all. */
function check(directory) {
	const { stdout, stderr, error } = spawnSync('java',
		['-jar', JAR, '--also-check-css', '--also-check-svg', '--stdout', '--format', 'json', directory],
		{ encoding: 'utf8', maxBuffer: 64 << 20 });
	const found = {};

	if (error || !stdout)
		throw error ?? new Error(stderr);
	for (const each of JSON.parse(stdout).messages)
		(found[each.url.replace(/.*\//, '')] ??= []).push(`${each.subType ?? each.type}: ${each.message}: ${each.extract ?? ''}`);
	return found;
}

run(async (t, site, browser) => {
	const directory = `${process.env.TMPDIR}/pages`;

	fill();
	mkdirSync(directory);
	const names = await save(directory, site, browser);
	for (const name of STYLE) {
		copyFileSync(`${ROOT}web/static/${name}`, `${directory}/${name}`);
		names[name] = name;
	}
	writeFileSync(`${directory}/faulty.html`, FAULTY);
	writeFileSync(`${directory}/faulty.css`, 'p { colour: red }');
	const found = check(directory);
	for (const [name, what] of Object.entries(names))
		t.is(found[name] ?? [], [], what);
	t.ok(found['faulty.html']?.length > 1 && found['faulty.css']?.length > 0, 'what is wrong is found', found);
});
