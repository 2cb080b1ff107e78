#!/bin/sh
# Installs TRL into .venv-trl beside this file, and puts the model into models/. Needs a network; runs need none.
set -e
cd "$(dirname "$0")"
python3 -m venv .venv-trl
pip=".venv-trl/bin/pip install --quiet --disable-pip-version-check"
# PyPI's torch for Linux brings gigabytes of CUDA; the index of PyTorch has it without.
$pip --no-deps --retries 1 --extra-index-url https://download.pytorch.org/whl/cpu "$(grep '^torch==' requirements.txt)"
$pip -r requirements.txt -c constraints.txt
$pip --no-deps -r requirements-alone.txt
.venv-trl/bin/python prepare.py
