/* The version of Relais, from the Makefile. */
#ifndef RELAIS_ADMIN_VERSION_H
#define RELAIS_ADMIN_VERSION_H

extern const char relais_version[];

#endif
