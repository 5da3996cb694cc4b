/*
 * One const table of routes a resource, each in the file of its name.
 */
#ifndef RELAIS_SITE_RESOURCES_H
#define RELAIS_SITE_RESOURCES_H

struct resource;

extern const struct resource
    digest_resource,
    draft_resource,
    feed_resource,
    glossary_resource,
    group_resource,
    history_resource,
    help_resource,
    home_resource,
    lesson_resource,
    member_resource,
    nudge_resource,
    operation_resource,
    people_resource,
    quarter_resource,
    question_resource,
    question_table_resource,
    report_resource,
    search_resource,
    section_resource,
    session_resource,
    style_resource,
    subscription_resource,
    trends_resource,
    uptake_resource;
extern const struct resource invite_resource, question_parts_resource;
extern const struct resource inbox_resource, inquiry_resource, share_resource;

extern const struct resource act_resource, mail_settings_resource;
extern const struct resource demo_mail_resource, outbox_resource;
extern const struct resource take_along_resource, webhook_resource, websub_resource;

#endif
