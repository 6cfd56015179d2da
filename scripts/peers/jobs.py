"""The reference jobs: what every contender trains. Standard library only."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Job:
    """A multilayer perceptron 784-`hidden`-10 (ReLU, softmax cross-entropy) and how it is trained."""

    name: str
    hidden: tuple[int, ...]
    optimizer: str
    learning_rate: float
    batch_size: int
    samples: int  # the first so many of the 60,000 training samples
    validation_split: float  # the share that ptrain has to set apart to train on `samples`
    warm_up_steps: int | None  # of the peers, before they are measured; None: one whole epoch, ptrain's too
    measured_epochs: int  # of each contender in each round
    accuracy_floor: float  # of training, after the last measured epoch

    @property
    def widths(self):
        return (784, *self.hidden, 10)

    @property
    def title(self):
        shape = "-".join(map(str, self.widths))
        optimizer = {"sgd": "SGD", "adam": "Adam"}[self.optimizer]
        return f"{shape}, {optimizer} {self.learning_rate:g}, batch {self.batch_size}, {self.samples:,} samples"

    @property
    def floating_point_operations(self):
        """Of the matrix products of one epoch; the first layer needs no gradient of its input."""
        products = [inputs * outputs for inputs, outputs in zip(self.widths, self.widths[1:])]
        return 2 * self.samples * (3 * sum(products) - products[0])


JOBS = {
    job.name: job
    for job in (
        Job("reference", (20, 20), "sgd", 0.01, 20, 42_000, 0.3, None, 5, 0.88),
        Job("mid", (512, 512), "adam", 0.001, 128, 60_000, 0.0, None, 2, 0.95),
        Job("large", (2048, 2048), "sgd", 0.1, 1024, 60_000, 0.0, 4, 1, 0.75),
    )
}
