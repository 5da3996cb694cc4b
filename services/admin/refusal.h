/* The names under which the database refuses, and what to tell the operator. */
#ifndef RELAIS_ADMIN_REFUSAL_H
#define RELAIS_ADMIN_REFUSAL_H

/* What is wrong and what to do, in English; the name itself if it is not known. */
const char *refusal_text(const char *name);

/* The field of a file or an option that it is about; NULL if none. */
const char *refusal_field(const char *name);

#endif
