"""python -m reference [N] [FIRST]: compare N random schemes, from seed FIRST."""

import sys
from collections import Counter

from reference.compare import disagreements


def main(count: int = 10_000, first: int = 0) -> int:
    """Print what disagrees and the counts; return whether anything does."""
    outcomes: Counter[str] = Counter()
    for seed in range(first, first + count):
        outcome, wrong, _ = disagreements(seed)
        outcomes[outcome] += 1
        if wrong:
            outcomes["disagree"] += 1
            print(f"seed {seed}:", *wrong[:3], sep="\n  ", flush=True)
    print(f"{count} random schemes:", ", ".join(f"{n} {what}" for what, n in sorted(outcomes.items())))
    print(f"{outcomes['disagree']} disagreements")
    return int(outcomes["disagree"] > 0)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
