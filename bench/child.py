"""One step of one case in a process of its own: `python -m bench.child (prepare|measure) CASE N`. The last line is the answer in JSON."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from importlib import import_module


def main() -> None:
    step, case, number = sys.argv[1:4]
    import django

    django.setup()
    module = import_module(f"bench.cases.{case}")
    if step == "prepare":
        module.prepare(int(number))
    else:
        print(json.dumps([asdict(result) for result in module.measure(int(number))]))


if __name__ == "__main__":
    main()
