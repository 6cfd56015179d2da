"""The whole reference job as a Keras user writes it: `python -m peers.whole_keras FOLDER MODEL_FILE`."""

import json
import sys

from peers import data
from peers.jobs import JOBS
from peers.peer_keras import make_model, pipeline

EPOCHS = 10


def main(folder, model_file):
    job = JOBS["reference"]
    images, labels = data.load_bytes(folder, "train")
    training = pipeline(images[: job.samples], labels[: job.samples], job.batch_size, shuffle=True)
    validation = pipeline(images[job.samples :], labels[job.samples :], job.batch_size, shuffle=False)
    test = pipeline(*data.load_bytes(folder, "test"), job.batch_size, shuffle=False)
    model = make_model(job)
    model.fit(training, validation_data=validation, epochs=EPOCHS, verbose=0)
    accuracy = model.evaluate(test, verbose=0)[1]
    model.save(model_file)
    print(json.dumps({"test_accuracy": float(accuracy)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
