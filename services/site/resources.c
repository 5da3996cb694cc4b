/* The list of resources: one line each. */
#include "services/site/resources.h"

#include "services/site/route.h"

const struct resource *const resources[] = {
	&home_resource,
	&session_resource,
	&operation_resource,
	&style_resource,
	&feed_resource,
	&websub_resource,
	&group_resource,
	&member_resource,
	&lesson_resource,
	&question_resource,
	&question_parts_resource,
	&question_table_resource,
	&report_resource,
	&inbox_resource,
	&share_resource,
	&inquiry_resource,
	&uptake_resource,
	&search_resource,
	&trends_resource,
	&people_resource,
	&invite_resource,
	&nudge_resource,
	&quarter_resource,
	&webhook_resource,
	&digest_resource,
	&section_resource,
	&subscription_resource,
	&draft_resource,
	&history_resource,
	&glossary_resource,
	&help_resource,
	&act_resource,
	&mail_settings_resource,
	&demo_mail_resource,
	&outbox_resource,
	&take_along_resource,
	NULL
};
