#!/bin/bash -l
#SBATCH --job-name=labbook-3f2a1b9c-0000-4000-8000-000000000000-1
#SBATCH --array=0-2
#SBATCH --output="/home/a lab/it's/.labbook/submissions/3f2a/logs/3+%a.log"
#SBATCH --open-mode=append
#SBATCH --requeue
#SBATCH --signal=B:USR1@120
#SBATCH --time=90
#SBATCH --nodes=1
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=4
#SBATCH --mem=38147M
#SBATCH --gres=gpu:2
#SBATCH --partition=main
#SBATCH --account=ab-123
#SBATCH --qos=normal
#SBATCH --constraint=avx512
# Written by labbook. Task N of the array executes part 3 + N of the runs in the file.

lab='/home/a lab/it'\''s'
file='/home/a lab/it'\''s/.labbook/submissions/3f2a/submission.json'
program='/home/a lab/it'\''s/.labbook/submissions/3f2a/labbook-0a0a0a0a0a0a0a0a'
digest=0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a
part=$((3 + SLURM_ARRAY_TASK_ID))

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
module load 'gcc/13.2' || give_up 'the module gcc/13.2 cannot be loaded'
module load 'openblas' || give_up 'the module openblas cannot be loaded'
echo "$digest  $program" | sha256sum --check --status ||
  give_up "the program $program is not there, or is not the one that was submitted"

apptainer exec --bind '/home/a lab/it'\''s' --bind '/home/a lab/it'\''s/.labbook' 'images/labbook.sif' "$program" run --from "$file" --part "$part" --lab "$lab" --jobs 1 --checkpoint-every 60 &
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
