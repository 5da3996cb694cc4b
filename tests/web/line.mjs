/*
 * The line between a browser and the site, as it is in the country: it can be cut, be slow, come and go, and lose
 * the answer to what was received. A TCP proxy, so that pages and workers meet the same line.
 */
import { connect, createServer } from 'node:net';

export class Line {
	sockets = new Set();
	up = true;
	answers = true;         /* false: what the site answers to a form is lost, and the line with it */
	slow = null;            /* {bytes (a second), delay (ms)} */
	held = null;            /* what waits in the line while nothing gets through */
	requests = 0;
	passed = 0;             /* bytes from the site */
	fails = 0;              /* so many of the next connections are cut after `after` bytes */
	after = 0;

	static async start() {
		const line = new Line();

		line.server = createServer(socket => line.connected(socket));
		await new Promise(done => line.server.listen(0, '127.0.0.1', done));
		line.url = `http://127.0.0.1:${line.server.address().port}`;
		return line;
	}

	cut() {
		this.up = false;
		this.sockets.forEach(socket => socket.destroy());
	}

	restore() {
		this.up = true;
		this.answers = true;
	}

	/* Nothing gets through, and nothing breaks, until it is let go. */
	hold() {
		this.held = [];
	}

	letGo() {
		const held = this.held;

		this.held = null;
		held.forEach(write => write());
	}

	/* When the next answer is lost. */
	loses() {
		return new Promise(done => { this.lost = done; });
	}

	/* The line comes and goes: the next n connections break after so many bytes from the site. */
	flap(n, after) {
		this.sockets.forEach(socket => socket.destroy());
		this.fails = n;
		this.after = after;
	}

	connected(client) {
		if (!this.up) {
			client.destroy();
			return;
		}
		const site = connect(this.to, '127.0.0.1'), both = [client, site];
		const end = () => both.forEach(socket => { socket.destroy(); this.sockets.delete(socket); });
		const breaks = this.fails > 0 && this.fails-- > 0;
		let lost = false, came = 0;

		both.forEach(socket => {
			this.sockets.add(socket);
			socket.on('error', end);
			socket.on('close', end);
			socket.setNoDelay(true);
		});
		this.carry(client, site, data => {
			this.requests += /^[A-Z]+ \S+ HTTP\/1\.1\r\n/.test(data.toString('latin1'));
			lost = lost || (!this.answers && /^POST /.test(data.toString('latin1')));
			return true;
		});
		this.carry(site, client, data => {
			came += data.length;
			if (lost) {
				this.cut();
				this.lost?.();
				return false;
			}
			if (breaks && came > this.after) {
				end();
				return false;
			}
			this.passed += data.length;
			return true;
		});
	}

	/* At the line's pace: each piece after the delay, and after those before it. */
	carry(from, to, passes) {
		let free = 0;

		from.on('data', data => {
			if (!passes(data))
				return;
			if (this.held) {
				this.held.push(() => to.write(data));
				return;
			}
			if (!this.slow) {
				to.write(data);
				return;
			}
			const now = performance.now();
			free = Math.max(free, now + this.slow.delay) + data.length / this.slow.bytes * 1000;
			setTimeout(() => to.write(data), free - now);
		});
		from.on('end', () => this.slow ? setTimeout(() => to.end(), Math.max(0, free - performance.now())) : to.end());
	}

	async stop() {
		this.cut();
		await new Promise(done => this.server.close(done));
	}
}
