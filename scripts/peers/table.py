"""The comparison as Markdown, made from a results file alone, and its place in the README. Standard library only."""

BEGIN, END = "<!-- bench-peers:begin -->", "<!-- bench-peers:end -->"
PACKAGE_TITLES = (
    ("tensorflow-cpu", "TensorFlow"),
    ("keras", "Keras"),
    ("torch", "PyTorch"),
    ("jax", "JAX"),
    ("scikit-learn", "scikit-learn"),
)


def milliseconds(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def times(value):
    return "" if value is None else f"{value:.0f}×" if value >= 10 else f"{value:.2f}×"


def row(*cells):
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def failures(job, name):
    runs = [round_["runs"][name] for round_ in job["rounds"] if name in round_["runs"]]
    return [run["error"] for run in runs if "error" in run]


def notes(job):
    """What has to be said of a contender: that it ran in another form, or failed in some rounds."""
    said = []
    for name, contender in job["contenders"].items():
        runs = [round_["runs"][name] for round_ in job["rounds"] if name in round_["runs"]]
        texts = {note for run in runs for note in run.get("notes", ())}
        failed = failures(job, name)
        if failed:
            texts.add(f"{len(failed)} of {len(runs)} runs failed: {failed[0]}")
        who = f"{contender['title']}, {contender['threads']} thread{'s' * (contender['threads'] > 1)}"
        said += [f"{who}: {text}." for text in sorted(texts)]
    return said


def job_table(name, job):
    lines = [f"`{name}`: {job['title']}; the training part of one epoch", ""]
    lines += [row("", "Threads", "ms", "to ptrain, 1 thread", "to ptrain, 2 threads", "Runs")]
    lines += [row("---", "---:", "---:", "---:", "---:", "---:")]
    ratios = [job["ratio_to"].get(rival, {}) for rival in ("ptrain-1", "ptrain-2")]
    for contender, about in job["contenders"].items():
        if contender in job["minimum_ms"]:
            minimum = milliseconds(job["minimum_ms"][contender])
            against = [times(ratio.get(contender)) for ratio in ratios]
        else:
            minimum, against = "failed", ["", ""]
        runs = job["good_runs"].get(contender, 0)
        lines.append(row(about["title"], about["threads"], minimum, *against, runs))
    said = notes(job)
    return [*lines, "", *said, *([""] if said else [])]


def whole_table(whole):
    titles = {"keras-classic-2": "Keras on TensorFlow, the script"}
    lines = ["The whole reference job, process start to end: 10 epochs with validation, test, saved", ""]
    lines += [row("", "Seconds", "Peak memory, MB", "Test accuracy", "Runs"), row("---", *["---:"] * 4)]
    for name, runs in whole.items():
        good = [run for run in runs if "error" not in run]
        title = titles.get(name) or name.replace("-", " --threads ")
        if not good:
            lines.append(row(title, "failed", "", "", 0))
            continue
        best = min(good, key=lambda run: run["wall_seconds"])
        seconds, memory = best["wall_seconds"], max(run["peak_resident_mb"] for run in good)
        accuracy = f"{best['test_accuracy']:.2%}"
        lines.append(row(title, f"{seconds:.2f}", f"{memory:,.0f}", accuracy, len(good)))
    return [*lines, ""]


def heading(results):
    machine, installed = results["machine"], results["versions"]
    others = ", ".join(f"{title} {installed[package]}" for package, title in PACKAGE_TITLES)
    commit = results["commit"][:7] + (" with uncommitted changes" if results["uncommitted_changes"] else "")
    reduction = results["settings"]["reduction"]
    how = f", `--reduction {reduction}`" if reduction else ""
    return [
        f"Minimum over interleaved rounds on {machine['cpu']}, {machine['cores']} cores, Linux {machine['kernel']},",
        f"{results['date'][:10]}, ptrain at {commit}{how}, {others}.",
        "*Runs* counts the rounds that a contender finished; each measures one or more epochs after a warm-up.",
        "",
    ]


def markdown(results):
    lines = heading(results)
    for name, job in results["jobs"].items():
        lines += job_table(name, job)
    if results.get("whole"):
        lines += whole_table(results["whole"])
    return "\n".join(lines).rstrip() + "\n"


def rewrite(readme, text):
    """Puts `text` between the markers of the README."""
    content = readme.read_text()
    before, begin, rest = content.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise SystemExit(f"bench-peers: error: found no {BEGIN} … {END} in {readme.name}; put both lines there")
    readme.write_text(f"{before}{BEGIN}\n{text}{END}{after}")
