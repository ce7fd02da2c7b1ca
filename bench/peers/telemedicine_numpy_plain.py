"""The model of sim/LAW.md in numpy with a generator call for every count, as one writes it first.

Input and output: peer_io.py. Of telemedicine_numpy.py it takes all but the draws: counts come from the generator's
Poisson and binomial (an over-dispersed one with a beta share), and whole columns of paths are not cut into chunks.
"""

import peer_io
import telemedicine_numpy as tuned


class Poisson:
    def set_means(self, means):
        self.means = means.copy()

    def draw(self, rng):
        return rng.poisson(self.means).astype(float)


class Workplace(tuned.Workplace):
    inverts = False

    def __init__(self, n):
        super().__init__(n)
        self.demand, self.inbox = Poisson(), [Poisson() for _ in peer_io.KINDS]


def simulate(law, paths, seed):
    return tuned.simulate(law, paths, seed, Workplace, paths)


if __name__ == "__main__":
    peer_io.serve(simulate)
