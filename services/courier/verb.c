#include "services/courier/command.h"

static const char *const names[] = {
	[VERB_NONE] = "none", [VERB_INTERESTED] = "interested", [VERB_PLANNED] = "planned", [VERB_TRYING] = "trying",
	[VERB_APPLIED] = "applied", [VERB_ADAPTED] = "adapted", [VERB_INTERRUPTED] = "interrupted", [VERB_NOT_FOR_US] = "not_for_us",
	[VERB_QUESTION] = "question", [VERB_STOP] = "stop", [VERB_PAUSE] = "pause", [VERB_RESUME] = "resume", [VERB_HELP] = "help",
	[VERB_UNDO] = "undo", [VERB_LANG] = "lang", [VERB_CADENCE] = "cadence", [VERB_SUBSCRIBE] = "subscribe",
	[VERB_THANKS] = "thanks",
};

const char *
verb_name(enum verb verb)
{
	return names[verb];
}

bool
verb_is_status(enum verb verb)
{
	return verb >= VERB_INTERESTED && verb <= VERB_NOT_FOR_US;
}
