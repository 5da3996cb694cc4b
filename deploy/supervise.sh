# Sourced by deploy/run (bash): keeps the services of a table running.
# shellcheck shell=bash disable=SC2154
#
# The caller fills the array `services` with rows "name program" in the order of their
# start and sets run_dir (what runs now) and log_dir. Each service is a session of its own,
# so that Ctrl-C reaches the supervisor alone, which then stops them in reverse order.
# run_dir/NAME.pid holds "pid start-time program": after a SIGKILL the next supervisor ends
# exactly those processes, and no other that got the same number since.

readonly backoff_first=500 backoff_most=30000       # milliseconds
readonly steady=60000           # a service that lived so long starts over at the first
readonly stop_seconds=20

declare -A pid_of=() started_at=() start_at=() delay_of=()

now_ms() {
	local us=${EPOCHREALTIME/[.,]/}
	printf '%s' $((us / 1000))
}

# Field 22 of /proc/PID/stat; the name before it may hold spaces and brackets.
start_time() {
	local stat
	{ stat=$(<"/proc/$1/stat"); } 2>/dev/null || return 1
	# shellcheck disable=SC2086
	set -- ${stat##*) }
	printf '%s' "${20}"
}

# Whether process PID is still the one that was recorded.
is_recorded() {
	local pid=$1 time=$2 program=$3 exe
	[[ $(start_time "$pid") == "$time" ]] || return 1
	exe=$(readlink "/proc/$pid/exe") || return 1
	[[ ${exe% (deleted)} == "$program" ]]           # a newer build may have replaced it
}

program_of() {
	local row
	for row in "${services[@]}"; do
		[[ ${row%% *} == "$1" ]] && printf '%s' "${row#* }"
	done
}

start_service() {
	local name=$1 program pid
	program=$(realpath "$(program_of "$name")")
	: >"$run_dir/$name.out"
	setsid "$program" </dev/null >"$run_dir/$name.out" 2>>"$log_dir/$name.log" 9>&- &
	pid=$!
	printf '%s %s %s\n' "$pid" "$(start_time "$pid")" "$program" >"$run_dir/$name.pid"
	pid_of[$name]=$pid
	started_at[$name]=$(now_ms)
	start_at[$name]=''
}

# Plans the next start of what ended by itself; sets its caller's `lived` and `delay`.
plan_start() {
	local name=$1
	lived=$(($(now_ms) - started_at[$name]))
	delay=${delay_of[$name]:-$backoff_first}
	((lived >= steady)) && delay=$backoff_first
	delay_of[$name]=$((delay * 2 < backoff_most ? delay * 2 : backoff_most))
	start_at[$name]=$(($(now_ms) + delay))
}

service_ended() {
	local name=$1 status=$2 lived delay
	plan_start "$name"
	pid_of[$name]=''
	say "$name ended (status $status) after $((lived / 1000)) s; starting it again in $delay ms;" \
		"its log: $log_dir/$name.log"
}

# end_process PID TIME PROGRAM: asks it to end, waits, insists.
end_process() {
	local i
	is_recorded "$@" || return 0
	kill -TERM "$1" 2>/dev/null
	for ((i = 0; i < stop_seconds * 20; i++)); do
		is_recorded "$@" || return 0
		sleep 0.05
	done
	say "process $1 did not end within $stop_seconds s: killed"
	kill -KILL "$1" 2>/dev/null
}

end_service() {
	local record
	{ read -ra record <"$run_dir/$1.pid"; } 2>/dev/null || return 0
	end_process "${record[0]}" "${record[1]}" "${record[*]:2}"
	rm -f "$run_dir/$1.pid"
}

# What a killed supervisor left behind.
recover_services() {
	local file name
	for file in "$run_dir"/*.pid; do
		[[ -e $file ]] || continue
		name=$(basename "$file" .pid)
		say "ending $name, left over from a supervisor that was killed"
		end_service "$name"
	done
}

stop_services() {
	local i
	for ((i = ${#services[@]} - 1; i >= 0; i--)); do
		end_service "${services[i]%% *}"
	done
}

# Starts what is due; waits a second at most for something to end.
supervise_once() {
	local row name ended='' status=0 timer watched=()
	for row in "${services[@]}"; do
		name=${row%% *}
		if [[ -z ${pid_of[$name]-} ]]; then
			(($(now_ms) >= ${start_at[$name]:-0})) || continue
			start_service "$name"
		fi
		watched+=("${pid_of[$name]}")
	done
	sleep 0.5 9>&- &
	timer=$!
	wait -n -p ended "$timer" "${watched[@]}" 2>/dev/null  # bash would report a kill itself
	status=$?
	kill "$timer" 2>/dev/null
	for row in "${services[@]}"; do
		name=${row%% *}
		[[ ${pid_of[$name]-} ]] || continue
		if [[ ${ended-} == "${pid_of[$name]}" ]]; then
			service_ended "$name" "$status"
		elif ! kill -0 "${pid_of[$name]}" 2>/dev/null; then
			service_ended "$name" unknown
		fi
	done
}
