#!/bin/bash
# A Slurm for tests, on Debian, as root, without systemd: a controller, two nodes on this machine and no accounting.
#
#   slurm.sh start | stop | node-down NAME | node-up NAME | controller-down | controller-up
#
# Its state is in the folder SLURM_TEST_ROOT, and its configuration in slurm.conf there: export SLURM_CONF for its commands.
# Each slurmd has a UTS namespace of its own, and so a host name. It listens on all interfaces; munge guards it.
set -euo pipefail
root=${SLURM_TEST_ROOT:?the folder of its state}
export SLURM_CONF=$root/slurm.conf
nodes=(n1 n2)

# What installs slurm-wlm-emulator beside these gets another controller, which wants front-end nodes.
install() {
  local program missing=
  for program in slurmctld slurmd sbatch munged unshare; do command -v "$program" > /dev/null || missing=1; done
  [ -n "$missing" ] || return 0
  echo "Installing Debian packages: slurmctld slurmd slurm-client munge" >&2
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    slurmctld slurmd slurm-client munge util-linux > "$root/log/apt.log"
}

# Nodes claim more processors than the machine may have (config_overrides). Where no cgroups are mounted, slurmd dies of
# looking for their kind, though nothing here uses them: the kind is named.
configure() {
  local number=0 node
  cat > "$SLURM_CONF" <<CONF
ClusterName=test
SlurmctldHost=$(hostname -s)(127.0.0.1)
SlurmctldPort=16817
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$root/run/munge.socket
CryptoType=crypto/munge
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
AccountingStorageType=accounting_storage/none
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
    echo "NodeName=$node NodeHostname=$node NodeAddr=127.0.0.1 Port=$((17000 + number)) CPUs=4 RealMemory=2000"
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
  setsid unshare --uts bash -c 'hostname "$1" && exec slurmd' _ "$1" < /dev/null > "$root/log/slurmd-$1.out" 2>&1
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
  stop)
    for node in "${nodes[@]}"; do end "$root/run/slurmd-$node.pid"; done
    end "$root/run/slurmctld.pid"
    end "$root/run/munged.pid" ;;
  node-down) end "$root/run/slurmd-$2.pid" -KILL ;;
  node-up) start_node "$2" ;;
  controller-down) end "$root/run/slurmctld.pid" -KILL ;;
  controller-up) slurmctld ;;
  *) sed -n 2,4p "$0" >&2; exit 64 ;;
esac
