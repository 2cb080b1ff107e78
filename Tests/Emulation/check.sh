#!/usr/bin/env bash
# Runs a few updates natively and on emulated processors without AVX-512, workers included, and
# compares the records byte for byte. Usage: check.sh PATH-OF-LABBOOK
set -euo pipefail
labbook=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

run() { # run NAME [EMULATOR…]: the records of the lab, made in a fresh store
  local name=$1
  shift
  cp -r "$here/lab" "$scratch/$name"
  LABBOOK_EMULATOR="$*" "$labbook" run --lab "$scratch/$name" --jobs 2 three-updates language-models
}

# Everything in a record but its provenance, which names the machine, and the results' own digests.
digests() { (cd "$scratch/$1/.labbook/records" && find . -type f ! -name 'provenance.*' | LC_ALL=C sort | xargs sha256sum); }

run native
for processor in Haswell-noTSX EPYC-Rome; do
  run "$processor" qemu-x86_64 -cpu "$processor"
  if ! diff <(digests native) <(digests "$processor"); then
    echo "emulated check: records made on $processor differ from the native ones" >&2
    exit 1
  fi
  for provenance in $(find "$scratch/$processor/.labbook/records" -name provenance.json); do
    if ! grep -q '"instruction_set" *: *"AVX2"' "$provenance"; then
      echo "emulated check: the worker on $processor did not use AVX2:" >&2
      cat "$provenance" >&2
      exit 1
    fi
  done
  echo "emulated check: $(digests "$processor" | wc -l) files from $processor are the native ones, made with AVX2"
done
