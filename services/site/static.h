/*
 * The files of web/static, from the program itself: immutable under a path that holds
 * their hash, compressed at build. Few have an address of their own (/worker.js).
 */
#ifndef RELAIS_SITE_STATIC_H
#define RELAIS_SITE_STATIC_H

#include "services/site/exchange.h"

/* Answers if the path names such a file; false if it does not. */
bool static_answer(struct exchange *x) must_check;

#endif
