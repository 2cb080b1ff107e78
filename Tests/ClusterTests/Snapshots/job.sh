#!/bin/bash
#SBATCH --job-name=labbook-3f2a1b9c-0000-4000-8000-000000000000-0
#SBATCH --array=0-2
#SBATCH --output="/home/a lab/it's/.labbook/submissions/3f2a/logs/0+%a.log"
#SBATCH --open-mode=append
#SBATCH --requeue
#SBATCH --signal=B:USR1@120
#SBATCH --time=60
#SBATCH --nodes=1
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=1
# Written by labbook. Task N of the array executes part 0 + N of the runs in the file.

lab='/home/a lab/it'\''s'
file='/home/a lab/it'\''s/.labbook/submissions/3f2a/submission.json'
program='/home/a lab/it'\''s/.labbook/submissions/3f2a/labbook-0a0a0a0a0a0a0a0a'
digest=0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a
part=$((0 + SLURM_ARRAY_TASK_ID))

give_up() {
  echo "labbook: part $part on $(hostname): $1" >&2
  exit 1
}

# Slurm's warning before the time limit comes to this shell alone; SIGTERM comes to every process of the job.
worker= is_due=
trap 'is_due=1; [ -z "$worker" ] || kill -USR1 "$worker"' USR1
trap : TERM

cd -- "$lab" || give_up "the lab $lab is not there"
[ -r "$file" ] || give_up "the file of runs $file is not there"
echo "$digest  $program" | sha256sum --check --status ||
  give_up "the program $program is not there, or is not the one that was submitted"

"$program" run --from "$file" --part "$part" --lab "$lab" --jobs 1 --checkpoint-every 60 &
worker=$!
while :; do
  wait "$worker"
  code=$?
  kill -0 "$worker" 2> /dev/null || break
done

# The program has stopped in order: its runs go on from their checkpoints when the task comes up again.
# One of the tasks has the number of the whole array, so the task is named by both.
if [ -n "$is_due" ] && [ "$code" -gt 128 ]; then
  if [ "${SLURM_RESTART_COUNT:-0}" -lt 50 ] && scontrol requeue "${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID"; then exit 0; fi
  give_up "the time limit came, and the task cannot be queued again"
fi
exit "$code"
