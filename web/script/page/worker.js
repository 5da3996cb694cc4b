/*
 * Installs the worker once the page is drawn; what more there is to do (here.js) comes with it, so that a first
 * visit need not carry it. A page that no worker brought hands over its own text as it came, to be kept.
 */
export function withWorker(worker) {
	if (!worker)
		return;
	/* a worker that came while the page was on its way may rule it, and did not bring it */
	const [came] = performance.getEntriesByType('navigation'), html = !(came && came.workerStart) && document.documentElement.outerHTML;
	const more = () => document.head.append(Object.assign(document.createElement('script'), { src: '/here.js', html }));

	/* not when it rules this page: one that was on its way while the worker came stays without it */
	worker.ready.then(more);
	addEventListener('load', () => worker.register('/worker.js').catch(() => {}));
}
