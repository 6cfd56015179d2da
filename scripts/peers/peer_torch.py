"""PyTorch: all samples as float32 in memory, minibatches by index_select.

eager: the usual loop. compiled: one graph for the whole step (gather, gradient, update) if torch.compile takes it.
"""

import functools
import warnings

import torch
from torch import nn

from peers import data, timing


class EagerStep:
    """The loop that every PyTorch tutorial shows."""

    def __init__(self, job, model):
        self.model = model
        self.loss = nn.CrossEntropyLoss()
        # Keras's epsilon, as everybody here has it.
        optimizer = {"sgd": torch.optim.SGD, "adam": functools.partial(torch.optim.Adam, eps=1e-7)}[job.optimizer]
        self.optimizer = optimizer(model.parameters(), lr=job.learning_rate)

    def __call__(self, images, labels, index):
        self.optimizer.zero_grad()
        loss = self.loss(self.model(images.index_select(0, index)), labels.index_select(0, index))
        loss.backward()
        self.optimizer.step()


class CompiledStep:
    """The same step as one function of parameters and optimizer state, compiled whole."""

    def __init__(self, job, model):
        self.model = model
        self.learning_rate = job.learning_rate
        self.parameters = {name: value.detach() for name, value in model.named_parameters()}
        self.means = {name: torch.zeros_like(value) for name, value in self.parameters.items()}
        self.squares = {name: torch.zeros_like(value) for name, value in self.parameters.items()}
        self.step = torch.zeros(())
        self.update = {"sgd": self.sgd, "adam": self.adam}[job.optimizer]
        self.compiled = torch.compile(self.whole_step, fullgraph=True, dynamic=False, options={"cpp_wrapper": True})

    def __call__(self, images, labels, index):
        self.compiled(images, labels, index)

    def whole_step(self, images, labels, index):
        batch, targets = images.index_select(0, index), labels.index_select(0, index)

        def loss(parameters):
            logits = torch.func.functional_call(self.model, parameters, (batch,))
            return nn.functional.cross_entropy(logits, targets)

        self.update(torch.func.grad(loss)(self.parameters))

    def sgd(self, gradients):
        for name, gradient in gradients.items():
            self.parameters[name].sub_(self.learning_rate * gradient)

    def adam(self, gradients):
        self.step.add_(1)
        scale = self.learning_rate * (1 - 0.999**self.step).sqrt() / (1 - 0.9**self.step)
        for name, gradient in gradients.items():
            self.means[name].mul_(0.9).add_(0.1 * gradient)
            self.squares[name].mul_(0.999).add_(0.001 * gradient * gradient)
            self.parameters[name].sub_(scale * self.means[name] / (self.squares[name].sqrt() + 1e-7))


def make_model(job):
    layers = []
    for inputs, outputs in zip(job.widths, job.widths[1:]):
        layers += [nn.Linear(inputs, outputs), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def make_step(job, model, form, images, labels):
    """The step of `form`, tried on one minibatch; the eager one and a note if the compiler does not take it."""
    if form == "eager":
        return EagerStep(job, model), []
    try:
        step = CompiledStep(job, model)
        step(images, labels, torch.arange(job.batch_size))
        return step, []
    except Exception as error:
        # Whatever goes wrong in the compiler (no g++, an unknown construct) shall not lose the contender.
        reason = (str(error).strip() or repr(error)).splitlines()[0][:160]
        return EagerStep(job, model), [f"torch.compile failed, ran eager: {type(error).__name__}: {reason}"]


def run(job, folder, threads, form):
    warnings.simplefilter("ignore")
    torch.set_num_threads(threads)
    torch.set_num_interop_threads(1)
    torch.manual_seed(1)
    images, labels = (torch.from_numpy(array) for array in data.load(folder, "train", job.samples))
    labels = labels.long()
    model = make_model(job)
    step, notes = make_step(job, model, form, images, labels)

    def train(steps=None):
        order = torch.randperm(job.samples).split(job.batch_size)
        # The last minibatch may be shorter: its shape is compiled in the warm-up too.
        for index in order if steps is None else [*order[:steps], order[-1]]:
            step(images, labels, index)

    epoch_ms = timing.measure(job, lambda: train(job.warm_up_steps), train)
    if isinstance(step, CompiledStep):
        model.load_state_dict(step.parameters)
    with torch.no_grad():
        correct = sum(
            (model(batch).argmax(1) == target).sum().item()
            for batch, target in zip(images.split(4096), labels.split(4096))
        )
    timing.report(epoch_ms, correct / job.samples, notes)
