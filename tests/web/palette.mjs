/* A picture of a page as a PNG with a palette: half the bytes, for those that are kept in the repository. */
import { deflateSync, inflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');
const MOST = 64;        // colours: paper, ink, a few more, and the steps between them
const TABLE = Array.from({ length: 256 }, (_, n) => {
	for (let bit = 0; bit < 8; bit++)
		n = n & 1 ? 0xedb88320 ^ n >>> 1 : n >>> 1;
	return n >>> 0;
});

function chunk(type, data) {
	const body = Buffer.concat([Buffer.from(type), data]), length = Buffer.alloc(4), sum = Buffer.alloc(4);

	length.writeUInt32BE(data.length);
	sum.writeUInt32BE(~body.reduce((crc, byte) => TABLE[(crc ^ byte) & 255] ^ crc >>> 8, ~0) >>> 0);
	return Buffer.concat([length, body, sum]);
}

/* {head, width, height, step, rows} of what Chromium writes: 8 bits a channel, not interlaced. */
function read(png) {
	const parts = [];
	let head;

	for (let at = 8; at < png.length;) {
		const length = png.readUInt32BE(at), type = png.toString('latin1', at + 4, at + 8), data = png.subarray(at + 8, at + 8 + length);

		if (type === 'IHDR')
			head = data;
		else if (type === 'IDAT')
			parts.push(data);
		at += length + 12;
	}
	const width = head.readUInt32BE(0), height = head.readUInt32BE(4), step = head[9] === 6 ? 4 : 3;

	return { width, height, step, rows: unfilter(inflateSync(Buffer.concat(parts)), width * step, height, step) };
}

function paeth(a, b, c) {
	const [pa, pb, pc] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - 2 * c)];

	return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
}

function unfilter(raw, length, height, step) {
	const rows = Buffer.alloc(length * height);

	for (let y = 0; y < height; y++)
		for (let i = 0, filter = raw[y * (length + 1)]; i < length; i++) {
			const at = y * length + i;
			const a = i >= step ? rows[at - step] : 0, b = y > 0 ? rows[at - length] : 0, c = i >= step && y > 0 ? rows[at - length - step] : 0;

			rows[at] = raw[y * (length + 1) + 1 + i] + [0, a, b, a + b >> 1, paeth(a, b, c)][filter];
		}
	return rows;
}

/* The picture's most frequent colours, and for each colour the nearest of them. */
function choose(rows, step) {
	const count = new Map();

	for (let i = 0; i < rows.length; i += step)
		count.set(rows.readUIntBE(i, 3), (count.get(rows.readUIntBE(i, 3)) ?? 0) + 1);
	const palette = [...count.keys()].sort((a, b) => count.get(b) - count.get(a)).slice(0, MOST);
	const far = (a, b) => [16, 8, 0].reduce((sum, shift) => sum + ((a >> shift & 255) - (b >> shift & 255)) ** 2, 0);

	return { palette, nearest: new Map([...count.keys()].map(colour =>
		[colour, palette.reduce((best, each, i) => far(each, colour) < far(palette[best], colour) ? i : best, 0)])) };
}

export function withPalette(png) {
	const { width, height, step, rows } = read(png), { palette, nearest } = choose(rows, step);
	const head = Buffer.alloc(13), lines = Buffer.alloc((width + 1) * height);

	head.writeUInt32BE(width, 0);
	head.writeUInt32BE(height, 4);
	head.set([8, 3, 0, 0, 0], 8);
	for (let y = 0; y < height; y++)
		for (let x = 0; x < width; x++)
			lines[y * (width + 1) + 1 + x] = nearest.get(rows.readUIntBE((y * width + x) * step, 3));
	return Buffer.concat([SIGNATURE, chunk('IHDR', head), chunk('PLTE', Buffer.from(palette.flatMap(each => [each >> 16, each >> 8 & 255, each & 255]))),
		chunk('IDAT', deflateSync(lines, { level: 9, memLevel: 9 })), chunk('IEND', Buffer.alloc(0))]);
}
