"""scikit-learn's MLPClassifier: partial_fit is one shuffled epoch."""

import warnings

import numpy as np
from sklearn.neural_network import MLPClassifier

from peers import data, timing


def run(job, folder, threads, form):
    warnings.simplefilter("ignore")
    images, labels = data.load(folder, "train", job.samples)
    model = MLPClassifier(
        job.hidden,
        solver=job.optimizer,
        alpha=0,
        batch_size=job.batch_size,
        learning_rate_init=job.learning_rate,
        momentum=0,
        nesterovs_momentum=False,
        random_state=1,
    )
    classes = np.arange(10)

    def train():
        model.partial_fit(images, labels, classes=classes)

    epoch_ms = timing.measure(job, train, train)
    timing.report(epoch_ms, float(model.score(images, labels)))
