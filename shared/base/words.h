/*
 * The closed sets of codes that fields choose from; their words are in the catalogues
 * under a context of the same name. NULL-terminated.
 */
#ifndef RELAIS_WORDS_H
#define RELAIS_WORDS_H

extern const char *const word_status[];         /* of an application; "retracted" last */
extern const char *const word_reason[];
extern const char *const word_audience[];
extern const char *const word_via[];
extern const char *const word_told_to[];
extern const char *const word_cost[];
extern const char *const word_source[];
extern const char *const word_trigger[];
extern const char *const word_priority[];
extern const char *const word_link[];
extern const char *const word_role[];
extern const char *const word_level[];
extern const char *const word_visibility[];

#endif
