/*
 * Installs the worker once the page is drawn; what more there is to do (here.js) comes with it, so that a first
 * visit need not carry it. A page that no worker brought hands over its own text as it came, to be kept.
 */
export function withWorker(worker) {
	if (!worker)
		return;
	const html = !worker.controller && document.documentElement.outerHTML;
	const more = () => document.head.append(Object.assign(document.createElement('script'), { src: '/here.js', html }));

	/* not when it rules this page: one that was on its way while the worker came stays without it */
	worker.ready.then(more);
	addEventListener('load', () => worker.register('/worker.js').catch(() => {}));
}
