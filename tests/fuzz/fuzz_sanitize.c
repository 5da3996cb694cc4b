/*
 * Whatever the rewriter is given, what it prints is well-formed, allow-listed and no
 * longer than a multiple of its input.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "shared/markdown/sanitize.h"
#include "tests/unit/strict_html.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf out = { 0 };
	const char *fault;

	if (!sanitize_html(&out, (const char *)data, size))
		abort();
	fault = strict_html_fault(buf_text(&out), out.len);
	if (fault != NULL || out.len > 16 * size + 4096) {
		fprintf(stderr, "%s: %s\n", fault == NULL ? "too long" : fault, buf_text(&out));
		abort();
	}
	buf_release(&out);
	return 0;
}
