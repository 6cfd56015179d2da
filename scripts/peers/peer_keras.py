"""Keras, in two forms.

classic: TensorFlow and tf.data as in the tutorials (map, cache, shuffle within 10,000, batch, prefetch).
jax: the JAX backend, arrays in memory, up to 100 steps an execution.
"""

import time

import keras

from peers import data, timing

STEPS_PER_EXECUTION = 100
SHUFFLE_BUFFER = 10_000


class EpochTimer(keras.callbacks.Callback):
    """Collects the milliseconds of the measured epochs; the first is the warm-up."""

    def __init__(self):
        super().__init__()
        self.epoch_ms = []

    def on_epoch_begin(self, epoch, logs=None):
        self.start = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        if epoch > 0:
            self.epoch_ms.append((time.perf_counter() - self.start) * 1e3)


def make_model(job, steps_per_execution=1):
    layers = [keras.layers.Dense(width, activation="relu") for width in job.hidden]
    model = keras.Sequential([keras.Input((784,)), *layers, keras.layers.Dense(10, activation="softmax")])
    optimizer = {"sgd": keras.optimizers.SGD, "adam": keras.optimizers.Adam}[job.optimizer]
    model.compile(
        optimizer=optimizer(job.learning_rate),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
        steps_per_execution=steps_per_execution,
    )
    return model


def pipeline(images, labels, batch_size, shuffle):
    """A tf.data pipeline over uint8 images, normalised on the way."""
    import tensorflow as tf

    def normalise(image, label):
        return tf.cast(image, tf.float32) / 255.0, label

    samples = tf.data.Dataset.from_tensor_slices((images, labels))
    samples = samples.map(normalise, num_parallel_calls=tf.data.AUTOTUNE).cache()
    if shuffle:
        samples = samples.shuffle(SHUFFLE_BUFFER)
    return samples.batch(batch_size).prefetch(tf.data.AUTOTUNE)


def limit_threads(threads):
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(threads)


def fit_classic(job, folder, timer, threads):
    limit_threads(threads)
    images, labels = data.load_bytes(folder, "train", job.samples)
    model = make_model(job)
    training = pipeline(images, labels, job.batch_size, shuffle=True)
    model.fit(training, epochs=1 + job.measured_epochs, callbacks=[timer], verbose=0)
    return model


def fit_jax(job, folder, timer):
    images, labels = data.load(folder, "train", job.samples)
    steps = -(-job.samples // job.batch_size)
    model = make_model(job, min(STEPS_PER_EXECUTION, steps))
    model.fit(
        images, labels, batch_size=job.batch_size, epochs=1 + job.measured_epochs, callbacks=[timer], verbose=0
    )
    return model


def run(job, folder, threads, form):
    keras.utils.set_random_seed(1)
    timer = EpochTimer()
    model = fit_classic(job, folder, timer, threads) if form == "classic" else fit_jax(job, folder, timer)
    images, labels = data.load(folder, "train", job.samples)
    # Not model.evaluate: its step would compile for as many steps an execution as the training's.
    predicted = model.predict(images, batch_size=2000, verbose=0).argmax(axis=1)
    timing.report(timer.epoch_ms, float((predicted == labels).mean()))
