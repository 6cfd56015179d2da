"""JAX: one jitted call an epoch, a lax.scan over its minibatches; the shuffle is part of it."""

import jax
import jax.numpy as jnp

from peers import data, timing

ADAM_MEAN, ADAM_SQUARE, ADAM_EPSILON = 0.9, 0.999, 1e-7


def initial_parameters(job, key):
    """A list of (weight [inputs, outputs], bias [outputs]); uniform after Glorot."""
    initializer = jax.nn.initializers.glorot_uniform()
    keys = jax.random.split(key, len(job.widths) - 1)
    return [
        (initializer(key, (inputs, outputs)), jnp.zeros(outputs))
        for key, inputs, outputs in zip(keys, job.widths, job.widths[1:])
    ]


def logits(parameters, batch):
    *hidden, (weight, bias) = parameters
    for hidden_weight, hidden_bias in hidden:
        batch = jax.nn.relu(batch @ hidden_weight + hidden_bias)
    return batch @ weight + bias


def loss(parameters, batch, targets):
    scores = jax.nn.log_softmax(logits(parameters, batch))
    return -jnp.take_along_axis(scores, targets[:, None], axis=1).mean()


def sgd(job, state, gradients):
    return {"parameters": jax.tree.map(lambda p, g: p - job.learning_rate * g, state["parameters"], gradients)}


def adam(job, state, gradients):
    step = state["step"] + 1
    scale = job.learning_rate * jnp.sqrt(1 - ADAM_SQUARE**step) / (1 - ADAM_MEAN**step)
    means = jax.tree.map(lambda m, g: ADAM_MEAN * m + (1 - ADAM_MEAN) * g, state["means"], gradients)
    squares = jax.tree.map(lambda s, g: ADAM_SQUARE * s + (1 - ADAM_SQUARE) * g * g, state["squares"], gradients)
    parameters = jax.tree.map(
        lambda p, m, s: p - scale * m / (jnp.sqrt(s) + ADAM_EPSILON), state["parameters"], means, squares
    )
    return {"parameters": parameters, "means": means, "squares": squares, "step": step}


def initial_state(job, key):
    parameters = initial_parameters(job, key)
    if job.optimizer == "sgd":
        return {"parameters": parameters}
    # Not one tree of zeros for both: each buffer is donated to the epoch, once.
    means, squares = (jax.tree.map(jnp.zeros_like, parameters) for _ in range(2))
    return {"parameters": parameters, "means": means, "squares": squares, "step": jnp.float32(0)}


def make_epoch(job, steps=None):
    """A compiled function (state, key, images, labels) -> state: an epoch, or its first `steps` minibatches."""
    full = job.samples // job.batch_size
    update = {"sgd": sgd, "adam": adam}[job.optimizer]

    def epoch(state, key, images, labels):
        def step(state, index):
            gradients = jax.grad(loss)(state["parameters"], images[index], labels[index])
            return update(job, state, gradients), None

        order = jax.random.permutation(key, job.samples)
        batches = order[: full * job.batch_size].reshape(full, job.batch_size)
        state, _ = jax.lax.scan(step, state, batches[:steps])
        rest = order[full * job.batch_size :]
        return step(state, rest)[0] if rest.size else state

    return jax.jit(epoch, donate_argnums=0)


def run(job, folder, threads, form):
    images, labels = (jnp.asarray(array) for array in data.load(folder, "train", job.samples))
    key = jax.random.key(1)
    state = initial_state(job, key)
    whole = make_epoch(job).lower(state, key, images, labels).compile()
    short = whole if job.warm_up_steps is None else make_epoch(job, job.warm_up_steps)

    def train(epoch):
        nonlocal state, key
        key, shuffle = jax.random.split(key)
        state = jax.block_until_ready(epoch(state, shuffle, images, labels))

    epoch_ms = timing.measure(job, lambda: train(short), lambda: train(whole))
    correct = jax.jit(lambda parameters: (logits(parameters, images).argmax(1) == labels).mean())
    timing.report(epoch_ms, float(correct(state["parameters"])))
