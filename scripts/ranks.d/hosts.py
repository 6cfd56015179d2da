"""Several hosts with a network between them, made of network namespaces: mpirun starts ranks over a launcher agent."""

import os
import pathlib
import subprocess

from launcher import MID, REFERENCE, Failure, check_digest

HOSTS = 4
NETWORK = "10.77.0"


def run(tools):
    network = Network(tools.folder)
    if problem := network.obstacle():
        print(f"hosts: SKIPPED, network namespaces can't be made here: {problem}", flush=True)
        return
    try:
        network.make()
        check(tools, network)
    finally:
        network.remove()


def check(tools, network):
    reference = [*REFERENCE, "--epochs", "1"]
    mid = [*MID, "--epochs", "1"]
    compare(tools, network, "reference", reference)
    if not tools.short:
        compare(tools, network, "mid", mid)
    link = network.slow()
    compare(tools, network, f"reference, {link}", reference)
    if not tools.short:
        compare(tools, network, f"mid, {link}", mid)


def compare(tools, network, name, job):
    expected = tools.run(tools.train("straight", "--threads", "2", *job)).digest
    for ranks in (2, HOSTS):
        command = network.launch(ranks, tools.train("hosts", "--threads", "1", *job))
        check_digest(f"{name}, {ranks} hosts", tools.run(command), expected)


class Network:
    """Hosts and a switch, each a namespace; the machine's own network is not touched."""

    def __init__(self, folder):
        self.prefix = f"ptrain{os.getpid()}-"
        self.folder = folder

    def namespace(self, host):
        return f"{self.prefix}{host}"

    def obstacle(self):
        """Why there can be no namespaces; None if there can."""
        probe = self.namespace("probe")
        made = ip("netns", "add", probe)
        ip("netns", "delete", probe)
        return made.stderr.strip() or f"ip ends with {made.returncode}" if made.returncode else None

    def make(self):
        switch = self.namespace("switch")
        must("netns", "add", switch)
        must("-n", switch, "link", "add", "bridge", "type", "bridge")
        must("-n", switch, "link", "set", "bridge", "up")
        for host in range(1, HOSTS + 1):
            name = self.namespace(host)
            must("netns", "add", name)
            must("link", "add", "eth0", "netns", name, "type", "veth", "peer", "name", f"port{host}", "netns", switch)
            must("-n", switch, "link", "set", f"port{host}", "master", "bridge", "up")
            must("-n", name, "address", "add", f"{NETWORK}.{host}/24", "dev", "eth0")
            must("-n", name, "link", "set", "eth0", "up")
            must("-n", name, "link", "set", "lo", "up")
        self.write_files()

    def write_files(self):
        """What mpirun reads: the hosts, and what it starts a daemon on a host with, as it would with ssh."""
        self.hostfile = self.folder / "hosts.txt"
        self.hostfile.write_text("".join(f"{NETWORK}.{host} slots=1\n" for host in range(1, HOSTS + 1)))
        self.agent = self.folder / "agent"
        # A host has a name of its own, by which Open MPI tells hosts apart.
        self.agent.write_text(
            "#!/bin/sh\n"
            "host=${1##*.}\nshift\n"
            f'exec ip netns exec "{self.prefix}$host" unshare --uts '
            """sh -c 'hostname "host$0"; exec sh -c "$1"' "$host" "$*"\n""")
        self.agent.chmod(0o755)

    def launch(self, ranks, command):
        """The command line that starts `command` on that many hosts, one rank each, from the first."""
        options = [
            "--hostfile", str(self.hostfile), "--map-by", "node", "--bind-to", "none", "-n", str(ranks),
            "--mca", "plm_rsh_agent", str(self.agent), "--mca", "btl", "self,tcp",
            "--mca", "btl_tcp_if_include", f"{NETWORK}.0/24", "--mca", "oob_tcp_if_include", f"{NETWORK}.0/24"]
        mpirun = "hostname host1; exec \"$0\" \"$@\""
        return ["ip", "netns", "exec", self.namespace(1), "unshare", "--uts", "sh", "-c", mpirun,
                "mpirun", *options, *command]

    def slow(self):
        """Makes what each host sends slow; returns how. Not every kernel can delay, but all limit the rate."""
        ways = {"0.2 ms and 1 Gbit/s": ["netem", "delay", "200us", "rate", "1gbit"],
                "500 Mbit/s": ["tbf", "rate", "500mbit", "burst", "256kb", "latency", "50ms"]}
        for name, options in ways.items():
            made = [self.queue(host, options) for host in range(1, HOSTS + 1)]
            if not any(made):
                return name
        raise Failure(f"tc can't slow a link: {made[0]}")

    def queue(self, host, options):
        """Why a host can't send that way; empty if it does."""
        tc = ["tc", "-n", self.namespace(host), "qdisc", "replace", "dev", "eth0", "root", *options]
        made = subprocess.run(tc, capture_output=True, text=True, check=False)
        return "" if made.returncode == 0 else made.stderr.strip() or f"tc ends with {made.returncode}"

    def remove(self):
        for name in [*range(1, HOSTS + 1), "switch"]:
            if pathlib.Path("/run/netns", self.namespace(name)).exists():
                must("netns", "delete", self.namespace(name))


def ip(*arguments):
    return subprocess.run(["ip", *arguments], capture_output=True, text=True, check=False)


def must(*arguments):
    made = ip(*arguments)
    if made.returncode:
        raise Failure(f"ip {' '.join(arguments)}: {made.stderr.strip()}")
