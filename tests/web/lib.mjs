/*
 * For the tests of the pages: a database with the demonstration, the running site, a
 * Chromium, and people who use them. tests/run starts each test program with a database
 * of its own in DATABASE_URL.
 *
 *     import { run } from './lib.mjs';
 *     run(async (t, site, browser) => { t.is(await …, 'right', 'it is right'); });
 */
import { execFileSync, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

import { Line } from './line.mjs';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const BUILD = `${ROOT}build/${process.env.RELAIS_BUILD || 'release'}`;

/* Chromium without its windows and their toolbars, which nobody looks at here: half the work. */
export const CHROMIUM = '/usr/bin/chromium-headless-shell';

/* Nothing leaves this machine: no name is looked up. A sandbox would not start as root. */
export const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
	'--disable-component-update', '--disable-sync', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'];

export const LANGUAGES = ['fr', 'nl', 'en'];
export const DESK = { width: 1280, height: 800 };
export const PHONE = { width: 360, height: 640 };
export const GROUP = '/groups/sites-web-pcic';

/* The people of the story and one more, as the sign-in page names them; nobody is null. */
export const OUINHI = 'Démo Ouinhi – point focal';
export const AKLAME = 'Démo Aklamè – point focal';
export const ZINTADE = 'Démo Zintadè – point focal';
export const ANCB = 'Démo ANCB – coordination';

/* What is measured, as TAP. */
export class Tap {
	count = 0;
	failed = 0;

	ok(passed, name, ...told) {
		this.count++;
		console.log(`${passed ? 'ok' : 'not ok'} ${this.count} - ${name}`.replace(/#/g, '\\#'));
		this.failed += !passed;
		if (!passed)
			for (const line of told.map(x => typeof x === 'string' ? x : JSON.stringify(x, null, 1)).join('\n').split('\n'))
				console.log(`# ${line}`);
		return passed;
	}

	is(got, want, name) {
		return this.ok(JSON.stringify(got) === JSON.stringify(want), name, 'got:', got, 'want:', want);
	}

	done() {
		console.log(`1..${this.count}`);
		process.exitCode = this.failed > 0 || this.count === 0 ? 1 : 0;
	}
}

/* Runs the command line of Relais; gives what it prints. */
export function relais(...words) {
	return execFileSync(`${BUILD}/relais`, words, { cwd: ROOT, encoding: 'utf8' });
}

/* The largest matrix of uptake. */
export function large() {
	execFileSync('psql', [process.env.DATABASE_URL, '-XqAt', '-v', 'ON_ERROR_STOP=1', '-f', 'tests/web/large.sql'], { cwd: ROOT });
}

export class Site {
	/* line: reached through a Line, which can be cut. */
	static async start({ line = false } = {}) {
		const site = new Site();

		relais('import', 'deploy/demo');
		site.line = line ? await Line.start() : null;
		site.process = spawn(`${BUILD}/relais-site`, {
			stdio: ['ignore', 'pipe', 'pipe'],
			env: { ...process.env, PORT: '0', RELAIS_LISTEN: '127.0.0.1', RELAIS_DEMO: '1', ...line && { RELAIS_URL: site.line.url } },
		});
		site.log = '';
		site.process.stderr.on('data', text => { site.log += text; });
		site.ended = new Promise(resolve => site.process.on('exit', resolve));
		for await (const line of createInterface({ input: site.process.stdout })) {
			site.url = line.match(/^listening (http:\S+?)\/?$/)?.[1];
			break;
		}
		if (!site.url)
			throw new Error(`relais-site did not start:\n${site.log}`);
		if (line) {
			site.line.to = Number(new URL(site.url).port);
			site.url = site.line.url;
		}
		return site;
	}

	async stop() {
		await this.line?.stop();
		this.process.kill('SIGTERM');
		const status = await this.ended;
		if (status !== 0)
			throw new Error(`relais-site ended with ${status}\n${this.log}`);
	}
}

/* One value from the database. */
export function ask(statement) {
	return execFileSync('psql', ['-XqAt', '-v', 'ON_ERROR_STOP=1', '-c', statement, process.env.DATABASE_URL], { encoding: 'utf8' }).trim();
}

/* A person at a screen. options are those of a browser's context; lang is a code or null. */
export async function person(browser, site, name, options = {}) {
	const context = await browser.newContext({ viewport: DESK, baseURL: site.url, locale: 'fr', ...options });
	const page = await context.newPage();

	context.setDefaultTimeout(15000);
	if (name !== null) {
		await page.goto('/sign-in');
		await page.locator('button', { hasText: name }).first().click();
		await page.waitForURL(url => url.pathname !== '/sign-in');
	}
	return page;
}

/* Starts what a test needs, runs it, and ends it again whatever happened. needs: as for Site.start(). */
export async function run(test, needs) {
	const t = new Tap();
	let site, browser;

	try {
		site = await Site.start(needs);
		browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
		await test(t, site, browser);
	} catch (error) {
		t.ok(false, 'it ran to its end', error.stack);
	} finally {
		await browser?.close();
		await site?.stop();
	}
	t.done();
}
