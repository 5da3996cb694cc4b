#include "shared/base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "shared/base/buf.h"

static const char *name = "relais";

void
log_name(const char *program)
{
	name = program;
}

static size_t
stamp(char *out, size_t size)
{
	struct timespec now;
	struct tm tm;
	size_t n;

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &tm);
	n = strftime(out, size, "%Y-%m-%dT%H:%M:%S", &tm);
	return n + (size_t)snprintf(out + n, size - n, ".%03ldZ", now.tv_nsec / 1000000);
}

/* Copies text as the inside of a JSON string; what does not fit is cut off. */
static void
quote(char *out, size_t size, const char *text)
{
	static const char hex[] = "0123456789abcdef";
	size_t n = 0;

	for (; *text != '\0' && n + 7 < size; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '"' || c == '\\') {
			out[n++] = '\\';
			out[n++] = (char)c;
		} else if (c < 0x20) {
			memcpy(out + n, "\\u00", 4);
			out[n + 4] = hex[c >> 4];
			out[n + 5] = hex[c & 15];
			n += 6;
		} else {
			out[n++] = (char)c;
		}
	}
	out[n] = '\0';
}

static void
put_line(const char *level, const char *fmt, va_list ap)
{
	char when[40], text[1024], quoted[2048], line[2300];
	int n;

	stamp(when, sizeof(when));
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	quote(quoted, sizeof(quoted), text);
	n = snprintf(line, sizeof(line), "{\"at\":\"%s\",\"level\":\"%s\",\"program\":\"%s\",\"message\":\"%s\"}\n",
	    when, level, name, quoted);
	if (n > 0 && write(STDERR_FILENO, line, (size_t)n) < 0)
		return;
}

void
log_info(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	put_line("info", fmt, ap);
	va_end(ap);
}

void
log_error(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	put_line("error", fmt, ap);
	va_end(ap);
}

void
fatal(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	put_line("fatal", fmt, ap);
	va_end(ap);
	log_flush();
	exit(1);
}

/* One system call for many request lines: a call costs as much as half a request. */
enum { WAITING_MAX = 16384, LINE_ROOM = 512 };

static struct buf waiting;

void
log_flush(void)
{
	size_t done = 0;

	while (done < waiting.len) {
		ssize_t n = write(STDERR_FILENO, waiting.data + done, waiting.len - done);

		if (n <= 0)
			break;
		done += (size_t)n;
	}
	buf_reset(&waiting);
}

/* The time to the second: the line is about a request, which has its milliseconds. */
static const char *
second_now(void)
{
	static char when[40];
	static time_t second;
	struct timespec now;

	clock_gettime(CLOCK_REALTIME_COARSE, &now);
	if (now.tv_sec != second || when[0] == '\0') {
		stamp(when, sizeof(when));
		second = now.tv_sec;
	}
	return when;
}

/* Put together by hand: printf(), above all of a double, took a twentieth of an answer from memory. */
void
log_request(const char *id, const char *method, const char *route, int status, double ms)
{
	uint64_t hundredths = (uint64_t)(ms * 100 + 0.5);
	struct buf *b = &waiting;

	if (b->len > WAITING_MAX - LINE_ROOM)
		log_flush();
	buf_puts(b, "{\"at\":\"");
	buf_puts(b, second_now());
	buf_puts(b, "\",\"program\":\"");
	buf_puts(b, name);
	buf_puts(b, "\",\"id\":\"");
	buf_puts(b, id);
	buf_puts(b, "\",\"method\":\"");
	buf_puts(b, method);
	buf_puts(b, "\",\"route\":\"");
	buf_puts(b, route);
	buf_puts(b, "\",\"status\":");
	buf_put_number(b, (uint64_t)status);
	buf_puts(b, ",\"ms\":");
	buf_put_number(b, hundredths / 100);
	buf_putc(b, '.');
	buf_putc(b, (char)('0' + hundredths / 10 % 10));
	buf_putc(b, (char)('0' + hundredths % 10));
	buf_puts(b, "}\n");
}
