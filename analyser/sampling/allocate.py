"""How many cases each stratum gives.

Source: Wright 2012, *The equivalence of Neyman optimum allocation for sampling and equal proportions for apportioning
the U.S. House of Representatives*, The American Statistician 66(4). Cases are given one by one to the stratum where the
next one lowers the variance most. The result is the best one in whole numbers; floors and caps hold by themselves, what
a full stratum cannot give goes to the others, and a larger sample takes from no stratum what a smaller one gave it.
"""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from math import sqrt
from typing import TYPE_CHECKING

from analyser.errors import SamplingError

if TYPE_CHECKING:
    from collections.abc import Mapping

LEAST = 2  # with one case a stratum has no variance of its own


def allocate(
    sizes: Mapping[str, int], total: int, spreads: Mapping[str, float] | None = None, least: int = LEAST
) -> dict[str, int]:
    """Cases to draw from each stratum.

    Args:
        sizes: Cases in each stratum.
        total: Cases to draw; more than there are means all.
        spreads: Standard deviation in each stratum, above 0 (Neyman 1934); equal ones (proportional) without.
        least: Cases that every stratum gives, if it has them.

    Raises:
        SamplingError: ``total`` does not suffice for the floors.
    """
    given = {name: min(least, size) for name, size in sizes.items()}
    if sum(given.values()) > total:
        raise SamplingError("CRA-7012", size=total, strata=len(sizes), least=sum(given.values()))
    weight = {name: size * (spreads[name] if spreads else 1.0) for name, size in sizes.items()}

    def turn(name: str) -> tuple[float, str]:
        n = given[name]
        return (-weight[name] / sqrt(n * (n + 1)) if n else float("-inf"), name)

    waiting = [turn(name) for name, size in sizes.items() if given[name] < size]
    heapify(waiting)
    for _ in range(total - sum(given.values())):
        if not waiting:
            break
        _, name = heappop(waiting)
        given[name] += 1
        if given[name] < sizes[name]:
            heappush(waiting, turn(name))
    return given
