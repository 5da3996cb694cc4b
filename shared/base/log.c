#include "shared/base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

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
static char waiting[16384];
static size_t nwaiting;

void
log_flush(void)
{
	size_t done = 0;

	while (done < nwaiting) {
		ssize_t n = write(STDERR_FILENO, waiting + done, nwaiting - done);

		if (n <= 0)
			break;
		done += (size_t)n;
	}
	nwaiting = 0;
}

void
log_request(const char *id, const char *method, const char *route, int status, double ms)
{
	char line[512];
	static char when[40];
	static time_t second;
	struct timespec now;
	int n;

	/* the time to the second: the line is about a request, which has its milliseconds */
	clock_gettime(CLOCK_REALTIME_COARSE, &now);
	if (now.tv_sec != second || when[0] == '\0') {
		stamp(when, sizeof(when));
		second = now.tv_sec;
	}
	n = snprintf(line, sizeof(line),
	    "{\"at\":\"%s\",\"program\":\"%s\",\"id\":\"%s\",\"method\":\"%s\",\"route\":\"%s\",\"status\":%d,\"ms\":%.2f}\n",
	    when, name, id, method, route, status, ms);
	if (n <= 0 || (size_t)n >= sizeof(line))
		return;
	if (nwaiting + (size_t)n > sizeof(waiting))
		log_flush();
	memcpy(waiting + nwaiting, line, (size_t)n);
	nwaiting += (size_t)n;
}
