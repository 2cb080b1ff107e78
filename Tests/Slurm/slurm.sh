#!/bin/bash
# A Slurm for tests, on Debian, as root, without systemd: a controller, two nodes on this machine and no accounting.
#
#   slurm.sh start | stop | guard FOLDER… | node-down NAME | node-up NAME | controller-down | controller-up
#
# Its state is in the folder SLURM_TEST_ROOT, and its configuration in slurm.conf there: export SLURM_CONF for its commands.
# SLURM_TEST_PORTS are those of the controller and the nodes. They are open on all interfaces; munge guards them. It needs
# no more than a container has: no cgroups, no namespaces, no mounts.
# Where it cannot be installed, `start` ends with 69, and the reason is in the file `refusal`.
set -euo pipefail
PATH=$PATH:/usr/sbin:/sbin
root=${SLURM_TEST_ROOT:?the folder of its state}
export SLURM_CONF=$root/slurm.conf
nodes=(n1 n2)
read -r -a ports <<< "${SLURM_TEST_PORTS:-16817 17001 17002}"

# Leaves the reason why this machine cannot have a Slurm.
refuse() {
  echo "$1" > "$root/refusal"
  exit 69
}

# What installs slurm-wlm-emulator beside these gets another controller, which wants front-end nodes.
install() {
  local program missing='' policy=/usr/sbin/policy-rc.d code=0
  for program in slurmctld slurmd sbatch munged; do command -v "$program" > /dev/null || missing=$program; done
  [ -n "$missing" ] || return 0
  command -v apt-get > /dev/null || refuse "there is no '$missing' here, and no 'apt-get' to install it"
  echo "Installing Debian packages: slurmctld slurmd slurm-client munge" >&2
  # Debian starts what it installs, unless this file forbids it; the tests start their own.
  [ -e "$policy" ] && policy='' || { printf '#!/bin/sh\nexit 101\n' > "$policy"; chmod +x "$policy"; }
  # A source that does not answer need not be the one that has them.
  {
    apt-get update -qq || true
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=120 \
      slurmctld slurmd slurm-client munge || code=$?
  } > "$root/log/apt.log" 2>&1 < /dev/null
  [ -z "$policy" ] || rm -f "$policy"
  [ "$code" = 0 ] || refuse "'apt-get' cannot install it: $(grep '^E: ' "$root/log/apt.log" | tail -n 1 || echo "it ends with $code")"
}

# Nodes claim more processors than the machine may have (config_overrides). Where no cgroups are mounted, slurmd dies of
# looking for their kind, though nothing here uses them: the kind is named.
configure() {
  local number=0 node
  cat > "$SLURM_CONF" <<CONF
ClusterName=test
SlurmctldHost=$(hostname -s)(127.0.0.1)
SlurmctldPort=${ports[0]}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$root/run/munge.socket
StateSaveLocation=$root/state
SlurmdSpoolDir=$root/spool-%n
SlurmctldPidFile=$root/run/slurmctld.pid
SlurmdPidFile=$root/run/slurmd-%n.pid
SlurmctldLogFile=$root/log/slurmctld.log
SlurmdLogFile=$root/log/slurmd-%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerType=sched/backfill
SchedulerParameters=batch_sched_delay=0,sched_interval=1,sched_min_interval=0,bf_interval=1
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
ReturnToService=2
MpiDefault=none
MaxJobCount=5000
KillWait=5
InactiveLimit=0
SlurmdTimeout=10
MessageTimeout=10
SlurmdParameters=config_overrides
CONF
  for node in "${nodes[@]}"; do
    number=$((number + 1))
    mkdir -p "$root/spool-$node"
    echo "NodeName=$node NodeHostname=$(hostname -s) NodeAddr=127.0.0.1 Port=${ports[$number]} CPUs=4 RealMemory=2000"
  done >> "$SLURM_CONF"
  cat >> "$SLURM_CONF" <<CONF
PartitionName=main Nodes=ALL Default=YES MaxTime=1-0 DefaultTime=10 PriorityTier=1 PreemptMode=REQUEUE
PartitionName=urgent Nodes=ALL MaxTime=1-0 DefaultTime=10 PriorityTier=10 PreemptMode=OFF
CONF
  echo "CgroupPlugin=cgroup/v1" > "$root/cgroup.conf"
}

start_munge() {
  local key=$root/munge.key
  [ -s "$key" ] || { dd if=/dev/urandom of="$key" bs=128 count=1 status=none; chmod 400 "$key"; }
  munged --force --key-file="$key" --socket="$root/run/munge.socket" --pid-file="$root/run/munged.pid" \
    --log-file="$root/log/munged.log" --seed-file="$root/run/munge.seed"
}

start_node() {
  setsid slurmd -N "$1" < /dev/null > "$root/log/slurmd-$1.out" 2>&1
}

# Ends the process whose number is in a file, and waits until it is gone.
end() {
  local process
  [ -s "$1" ] || return 0
  process=$(cat "$1")
  kill "${2:--TERM}" "$process" 2> /dev/null || true
  for _ in $(seq 50); do kill -0 "$process" 2> /dev/null || break; sleep 0.1; done
  rm -f "$1"
}

# Jobs outlive the daemons, and so do commands that wait for them: all have the path of the configuration in their environment.
stop() {
  local node entry process
  for node in "${nodes[@]}"; do end "$root/run/slurmd-$node.pid"; done
  end "$root/run/slurmctld.pid"
  for _ in 1 2; do
    for entry in /proc/[0-9]*; do
      process=${entry#/proc/}
      [ "$process" != $$ ] && grep -zqxF "SLURM_CONF=$SLURM_CONF" "$entry/environ" 2> /dev/null || continue
      [ "$(cat "$entry/comm" 2> /dev/null)" = munged ] || kill -KILL "$process" 2> /dev/null || true
    done
  done
  end "$root/run/munged.pid"
}

case ${1:-} in
  start)
    mkdir -p "$root"/{state,log,run}
    install
    configure
    start_munge
    slurmctld
    for node in "${nodes[@]}"; do start_node "$node"; done
    for _ in $(seq 300); do
      idle=$(timeout 5 sinfo --noheader --Node --partition=main --states=idle --format=%N 2> /dev/null | wc -l)
      [ "$idle" != "${#nodes[@]}" ] || exit 0
      sleep 0.1
    done
    echo "the nodes did not become idle" >&2
    tail -n 5 "$root"/log/*.log >&2
    exit 1 ;;
  stop) stop ;;
  # Its input ends when whoever has started it is gone, in whatever way.
  guard)
    cat > /dev/null
    stop
    rm -rf "${@:2}" ;;
  node-down) end "$root/run/slurmd-$2.pid" -KILL ;;
  node-up) start_node "$2" ;;
  controller-down) end "$root/run/slurmctld.pid" -KILL ;;
  controller-up) slurmctld ;;
  *) sed -n 2,10p "$0" >&2; exit 64 ;;
esac
