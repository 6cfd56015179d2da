#!/usr/bin/env bash
# An example of a SLURM job: ptrain on four machines, one process on each. Submit it with: sbatch scripts/cluster/slurm.sh
#
# Build ptrain once before, on a machine like those of the job, in a folder that all of them see: scripts/ptrain --mpi --version
# It needs Open MPI, and the data set: scripts/fetch-mnist
#
#SBATCH --job-name=ptrain
#SBATCH --nodes=4
# One process a machine; its threads share memory, which is faster than any message.
#SBATCH --ntasks-per-node=1
#SBATCH --cpus-per-task=8
#SBATCH --time=01:00:00
#SBATCH --output=ptrain-%j.log
# Ten minutes before the time is over each process is told to end; ptrain then leaves a checkpoint, and
# `ptrain resume` goes on from there, on any number of machines.
#SBATCH --signal=TERM@600
set -euo pipefail

# The folder that the job was submitted from, a checkout of ptrain.
cd "${SLURM_SUBMIT_DIR:-.}"
run=runs/slurm-${SLURM_JOB_ID:-test}

# srun starts the processes if SLURM knows PMIx (srun --mpi=list tells); otherwise take mpirun, which asks SLURM for
# the machines: mpirun --map-by "ppr:1:node" --bind-to none …
# Results depend on --shards, not on machines or threads: as many as there are threads in all is enough.
srun --mpi=pmix --cpu-bind=none .build/mpi/release/ptrain train \
  --threads "${SLURM_CPUS_PER_TASK:-8}" --shards 32 --hidden 2048,2048 --batch-size 1024 --learning-rate 0.1 \
  --checkpoint-every 100 --out "$run"
