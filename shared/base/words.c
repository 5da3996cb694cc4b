#include "shared/base/words.h"

#include <stddef.h>

/* In the order of relais.status_code() and reason_code(): uptake.c counts on it. */
const char *const word_status[] = { "interested", "planned", "trying", "applied", "adapted", "interrupted", "not_for_us",
	"retracted", NULL };
const char *const word_reason[] = { "political", "budget", "staff", "connectivity", "timing", "no_need", "other", NULL };
const char *const word_audience[] = { "own", "umbrella", "group", "public", NULL };
const char *const word_via[] = { "phone", "whatsapp", "meeting", "mail", NULL };
const char *const word_told_to[] = { "college", "council", "citizens", "schools", "press", "other", NULL };
const char *const word_cost[] = { "none", "low", "medium", "high", NULL };
const char *const word_source[] = { "exchange", "visit", "own_trial", NULL };
const char *const word_trigger[] = { "exchange", "visit", "lesson", "own_trial", NULL };
const char *const word_priority[] = { "must", "like", "nice", NULL };
const char *const word_link[] = { "page", "document", "video", "other", NULL };
const char *const word_role[] = { "hub", "member", "partner", "observer", NULL };
const char *const word_level[] = { "municipality", "district", "province", "region", NULL };
const char *const word_visibility[] = { "public", "closed", NULL };
