#!/bin/bash
# deploy/run with the built programs: starts, survives kills, stops in order. Prints TAP.
set -u
root=$(pwd)
base=${TMPDIR:-/tmp}/$$
programs=$root/build/release
mkdir -p "$base" && chmod 0755 "$base"
count=0
failed=0
declare -A supervisor=()

ok() {
	local status=$1
	shift
	count=$((count + 1))
	if [[ $status -eq 0 ]]; then
		echo "ok $count - $*"
	else
		failed=$((failed + 1))
		echo "not ok $count - $*"
		tail -n 6 "$base"/*.out | sed "s/^/# /"
	fi
}

# passes NAME COMMAND…: the command succeeds, within 15 s of trying.
passes() {
	local name=$1 i
	shift
	for ((i = 0; i < 150; i++)); do
		"$@" >/dev/null 2>&1 && { ok 0 "$name"; return; }
		sleep 0.1
	done
	ok 1 "$name"
}

# start NAME: a supervisor of its own, with DATA_DIR base/NAME; waits until it is ready.
start() {
	: >"$base/$1.out"               # of an earlier one, or it would be found ready at once
	env -u DATABASE_URL PORT=0 RELAIS_PROGRAMS="$programs" RELAIS_DEMO="${demo-0}" DATA_DIR="$base/$1" \
		"$root/deploy/run" >"$base/$1.out" 2>&1 &
	supervisor[$1]=$!
	passes "$1: ready" grep -q '^relais: ready' "$base/$1.out"
}

address() {
	sed -n "s/^export RELAIS_URL='\(.*\)'/\1/p" "$base/$1/env"
}

well() {
	curl -fsS -o /dev/null "$(address "$1")/readyz"
}

recorded() {
	cut -d' ' -f1 "$base/$1/run/relais-site.pid"
}

postmaster() {
	"$root/deploy/postgres" status "$base/$1" | cut -d' ' -f2
}

another_than() {
	local now
	now=$("$2" "$3") && [[ $now =~ ^[0-9]+$ && $now != "$1" ]]
}

cleanup() {
	local name
	for name in "${!supervisor[@]}"; do
		kill -TERM "${supervisor[$name]}" 2>/dev/null && wait "${supervisor[$name]}"
	done
	rm -rf "$base"
}
trap cleanup EXIT

start one
start two
passes 'one answers' well one
passes 'two answers beside it' well two
[[ $(stat -c %a "$base/one/env") == 600 ]]
ok $? 'env is for its owner only'
(. "$base/one/env" && relais group list --json) >/dev/null
ok $? 'env leads to the command line and the database'
(. "$base/one/env" && relais doctor) >"$base/doctor.out"
ok $? 'and the doctor finds everything well'

PORT=0 RELAIS_PROGRAMS=$programs DATA_DIR=$base/one "$root/deploy/run" >"$base/second.out" 2>&1
[[ $? -eq 1 ]] && grep -q 'already running' "$base/second.out"
ok $? 'a second supervisor of the same DATA_DIR is refused'
passes 'and leaves the first one alone' well one

port=$(address one)
PORT=${port##*:} RELAIS_PROGRAMS=$programs DATA_DIR=$base/three "$root/deploy/run" >"$base/third.out" 2>&1
[[ $? -eq 1 ]] && grep -q 'is taken' "$base/third.out"
ok $? 'a port that is taken is named'

old=$(recorded one)
kill -KILL "$old"
passes 'a killed service is started again' another_than "$old" recorded one
passes 'at the same address' well one

old=$(postmaster one)
kill -KILL "$old"
passes 'a killed PostgreSQL is started again' another_than "$old" postmaster one
passes 'and the service finds it' well one

old=$(recorded two)
kill -KILL "${supervisor[two]}"
wait "${supervisor[two]}" 2>/dev/null
start two
[[ ! -e /proc/$old/exe ]]
ok $? 'the next start ends what a killed supervisor left'
passes 'and serves' well two

for name in one two; do
	kill -TERM "${supervisor[$name]}"
	wait "${supervisor[$name]}"
	ok $? "$name: ends with 0"
	[[ $("$root/deploy/postgres" status "$base/$name") == stopped && ! -e $base/$name/run/relais-site.pid ]]
	ok $? "$name: nothing is left running"
	unset "supervisor[$name]"
done

# A lock file that names a living process of somebody else.
printf '%s\n%s\n0\n5432\n\n\n' $$ "$base/one/postgres/data" >"$base/one/postgres/data/postmaster.pid"
start one
passes 'a stale lock is recovered' well one

# A PostgreSQL that starts and never gets ready: the services are looked after meanwhile, and it can be stopped.
data=$(realpath "$base/one/postgres")/data
echo "restore_command = 'sleep 100'" >>"$data/postgresql.conf"
touch "$data/recovery.signal"
old=$(postmaster one)
kill -KILL "$old"
passes 'a PostgreSQL that needs long is being started' another_than "$old" postmaster one
old=$(recorded one)
kill -KILL "$old"
passes 'a service is started again meanwhile' another_than "$old" recorded one
begun=$SECONDS
kill -TERM "${supervisor[one]}"
wait "${supervisor[one]}"
[[ $? -eq 0 && $((SECONDS - begun)) -lt 15 && $("$root/deploy/postgres" status "$base/one") == stopped ]]
ok $? 'and all can be stopped'
unset "supervisor[one]"

# One that cannot start: tried again less and less often.
start two
echo 'nonsense' >>"$(realpath "$base/two/postgres")/data/postgresql.conf"
kill -KILL "$(postmaster two)"
passes 'a PostgreSQL that cannot start is told' grep -q 'PostgreSQL did not start; the end' "$base/two.out"
sleep 6
[[ $(grep -c 'PostgreSQL did not start; the end' "$base/two.out") -le 4 ]]
ok $? 'and is not tried for ever without a pause'

echo "1..$count"
[[ $failed -eq 0 ]]
