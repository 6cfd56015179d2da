"""Who takes part, and the process each runs as. Standard library only."""

import os
import sys
from dataclasses import dataclass, field

from peers.jobs import JOBS

ALL_JOBS = tuple(JOBS)
# TensorFlow and XLA are talkative; frameworks compile into a cache of the project's.
QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3", "JAX_PLATFORMS": "cpu", "CUDA_VISIBLE_DEVICES": ""}

# What names the kernels that a library of matrix products is to take.
KERNEL_CHOICES = {
    "OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "MKL_ENABLE_INSTRUCTIONS", "ONEDNN_MAX_CPU_ISA", "ATEN_CPU_CAPABILITY",
}  # fmt: skip


@dataclass(frozen=True)
class Contender:
    name: str
    title: str
    threads: int
    module: str = ""  # of scripts/peers; empty for ptrain itself
    form: str = ""
    environment: dict = field(default_factory=dict)
    jobs: tuple = ALL_JOBS
    pinned: bool = False  # held to as many cores as it has threads: it knows no other limit

    @property
    def is_ptrain(self):
        return not self.module


def ptrain(threads):
    return Contender(f"ptrain-{threads}", "ptrain", threads)


def torch(form, threads):
    title = {"eager": "PyTorch, eager", "compiled": "PyTorch, whole step compiled"}[form]
    return Contender(f"torch-{form}-{threads}", title, threads, "peer_torch", form)


def jax(threads):
    flags = {"XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false"} if threads == 1 else {}
    return Contender(f"jax-{threads}", "JAX, jit + scan", threads, "peer_jax", "scan", flags, pinned=True)


def keras(form):
    backend = {"classic": "tensorflow", "jax": "jax"}[form]
    title = {"classic": "Keras on TensorFlow, tf.data", "jax": "Keras on JAX, 100 steps an execution"}[form]
    return Contender(
        f"keras-{form}-2", title, 2, "peer_keras", form, {"KERAS_BACKEND": backend}, pinned=form == "jax"
    )


def scikit_learn():
    return Contender("sklearn-1", "scikit-learn MLPClassifier", 1, "peer_sklearn", "mlp", jobs=("reference",))


CONTENDERS = [
    ptrain(1),
    ptrain(2),
    ptrain(8),
    *(torch(form, threads) for form in ("eager", "compiled") for threads in (1, 2)),
    jax(1),
    jax(2),
    keras("classic"),
    keras("jax"),
    scikit_learn(),
]


def chosen(wanted, job):
    """Those of `job` whose name is one of `wanted` or begins with it (`torch`, `torch-eager`); all without any."""
    unknown = [want for want in wanted if not any(matches(each, want) for each in CONTENDERS)]
    if unknown:
        names = " ".join(each.name for each in CONTENDERS)
        raise SystemExit(f"bench-peers: error: found --peers {unknown[0]}; expected some of: {names}")
    return [
        each
        for each in CONTENDERS
        if job in each.jobs and (not wanted or any(matches(each, want) for want in wanted))
    ]


def matches(contender, want):
    return contender.name == want or contender.name.startswith(f"{want}-")


def plain_environment():
    """The environment, without ``KERNEL_CHOICES``: each library chooses by itself."""
    return {name: value for name, value in os.environ.items() if name not in KERNEL_CHOICES}


def child_environment(contender, paths):
    """The environment of a peer's process: as many threads as it may have, whatever library starts them."""
    threads = str(contender.threads)
    limits = {f"{library}_NUM_THREADS": threads for library in ("OMP", "MKL", "OPENBLAS")}
    caches = {"TORCHINDUCTOR_CACHE_DIR": str(paths.cache / "inductor"), "KERAS_HOME": str(paths.cache / "keras")}
    own = {**limits, **caches, **contender.environment, "PYTHONPATH": str(paths.scripts)}
    return {**plain_environment(), **QUIET, **own}


def child_command(contender, job, paths):
    command = [sys.executable, "-m", "peers.child", contender.module, job.name, str(paths.data)]
    command += [str(contender.threads), contender.form]
    if contender.pinned:
        cpus = sorted(os.sched_getaffinity(0))[-contender.threads :]
        command.append(",".join(map(str, cpus)))
    return command


def ptrain_command(contender, job, paths, run_folder, reduction):
    """`ptrain train` on the job: a warm-up epoch, where the peers have one, and the measured ones."""
    options = {
        "threads": contender.threads,
        "epochs": job.measured_epochs + (1 if job.warm_up_steps is None else 0),
        "hidden": ",".join(map(str, job.hidden)),
        "optimizer": job.optimizer,
        "learning-rate": job.learning_rate,
        "batch-size": job.batch_size,
        "validation-split": job.validation_split,
        "data": paths.dataset,
        "out": run_folder,
        "keep": 1,
        **({"reduction": reduction} if reduction else {}),
    }
    return [str(paths.ptrain), "train", "--json", "--no-plot", *(f"--{name}={value}" for name, value in options.items())]
