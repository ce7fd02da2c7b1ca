"""Draws of telemedicine_numba.py, compiled, one count at a time: Poisson from alias tables on a grid of means plus a
Poisson for the rest, small binomials and no-shows by inversion, large counts by transformed rejection (Hoermann 1993),
gammas after Marsaglia and Tsang, normals by ziggurat.
"""

import math

import numba
import numpy as np

import peer_io

GRID = 8.0  # rows of the Poisson table per unit of mean
CELLS = 128
HIGHEST = 60.0  # larger means are drawn by transformed rejection
TABLE = peer_io.poisson_table(1 / GRID, HIGHEST, CELLS).ravel()
LOG_FACTORIAL = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1.0, 4096.0)))])
RECIPROCAL = 1 / np.maximum(np.arange(4096.0), 1)
MOST_INVERTED = 64  # slots up to which no-shows are inverted

jit = numba.njit(fastmath=True, error_model="numpy")


# ---- random numbers: xoshiro256++, a state for each block ----


@numba.njit
def seed_state(state, seed, block):
    x = np.uint64(seed) ^ (np.uint64(block) * np.uint64(0x9E3779B97F4A7C15))
    for i in range(-1, 4):
        x += np.uint64(0x9E3779B97F4A7C15)
        z = x
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z ^= z >> np.uint64(31)
        if i < 0:
            x = z  # neighbouring blocks start far apart
        else:
            state[i] = z


@jit
def rotate(x, k):
    return (x << np.uint64(k)) | (x >> np.uint64(64 - k))


@jit
def bits(s):
    result = rotate(s[0] + s[3], 23) + s[0]
    t = s[1] << np.uint64(17)
    s[2] ^= s[0]
    s[3] ^= s[1]
    s[1] ^= s[2]
    s[0] ^= s[3]
    s[2] ^= t
    s[3] = rotate(s[3], 45)
    return result


@jit
def uniform(s):
    """In [0, 1)."""
    return float(bits(s) >> np.uint64(11)) * (1.0 / 9007199254740992.0)


def ziggurat(layers=256, r=3.6541528853610088):
    f = lambda x: math.exp(-x * x / 2)
    area = r * f(r) + math.sqrt(math.pi / 2) * math.erfc(r / math.sqrt(2))
    x = [area / f(r), r]
    while len(x) < layers:
        x.append(math.sqrt(-2 * math.log(area / x[-1] + f(x[-1]))))
    x = np.array(x + [0.0])
    return x, x[1:] / x[:-1]


EDGE, EDGE_RATIO = ziggurat()
TAIL = EDGE[1]


@numba.njit
def normal_slowly(s, i, u):
    """Outside the sure part of layer i: 100 to try again."""
    if i == 0:
        while True:
            x = math.log(1 - uniform(s)) / TAIL
            y = math.log(1 - uniform(s))
            if -2 * y >= x * x:
                return x - TAIL if u < 0 else TAIL - x
    x = u * EDGE[i]
    f0 = math.exp(-0.5 * (EDGE[i] * EDGE[i] - x * x))
    f1 = math.exp(-0.5 * (EDGE[i + 1] * EDGE[i + 1] - x * x))
    return x if f1 + uniform(s) * (f0 - f1) < 1.0 else 100.0


@numba.njit
def normal(s):
    while True:
        word = bits(s)
        i = word & np.uint64(255)
        u = float(np.int64(word) >> np.int64(11)) * (1.0 / 4503599627370496.0)
        if abs(u) < EDGE_RATIO[i]:
            return u * EDGE[i]
        x = normal_slowly(s, np.int64(i), u)
        if x != 100.0:
            return x


@jit
def gamma(s, shape):
    boost = 1.0
    if shape < 1:
        if shape <= 0:
            return 0.0
        boost = (1 - uniform(s)) ** (1 / shape)
        shape += 1
    d = shape - 1.0 / 3.0
    c = 1 / math.sqrt(9 * d)
    while True:
        x = normal(s)
        v = 1 + c * x
        if v <= 0:
            continue
        v = v * v * v
        u = 1 - uniform(s)
        if u < 1 - 0.0331 * x * x * x * x or math.log(u) < 0.5 * x * x + d * (1 - v + math.log(v)):
            return boost * d * v


@numba.njit
def beta(s, a, b):
    x, y = gamma(s, a), gamma(s, b)
    if x + y > 0:
        return x / (x + y)
    return 1.0 if uniform(s) * (a + b) < a else 0.0


@jit
def log_factorial(k):
    return LOG_FACTORIAL[k] if k < 4096 else math.lgamma(k + 1.0)


@jit
def poisson_rest(u, rest):
    """Poisson(rest), rest < 1, by inversion at a uniform u."""
    weight, k = math.exp(-rest), 0
    while u > weight and k < 60:
        u -= weight
        k += 1
        weight *= rest / k
    return k


@jit
def poisson_large(s, mean):
    spread = math.sqrt(mean)
    b = 0.931 + 2.53 * spread
    a = -0.059 + 0.02483 * b
    inverse_alpha = 1.1239 + 1.1328 / (b - 3.4)
    sure = 0.9277 - 3.6224 / (b - 2)
    while True:
        u = uniform(s) - 0.5
        v = 1 - uniform(s)
        us = 0.5 - abs(u)
        if us <= 0:
            continue
        k = math.floor((2 * a / us + b) * u + mean + 0.43)
        if us >= 0.07 and v <= sure:
            return int(k)
        if k < 0 or (us < 0.013 and v > us):
            continue
        n = int(k)
        if math.log(v * inverse_alpha / (a / (us * us) + b)) <= k * math.log(mean) - mean - log_factorial(n):
            return n


@jit
def poisson(s, mean):
    if mean <= 0:
        return 0
    if mean >= HIGHEST:
        return poisson_large(s, mean)
    row = int(mean * GRID)
    word = bits(s)
    u = float(word >> np.uint64(11)) * (CELLS / 9007199254740992.0)
    cell = int(u)
    entry = TABLE[row * CELLS + cell]
    alias = int(entry)
    k = cell if u - cell < entry - alias else alias
    # The rest brings nothing unless a uniform is below 1 - exp(-rest) < rest; the word's 11 spare bits begin it.
    rest = mean - row * (1 / GRID)
    begun = float(word & np.uint64(2047)) * (1 / 2048)
    if begun < rest:
        k += poisson_rest(1 - (begun + uniform(s) * (1 / 2048)), rest)
    return k


@jit
def binomial(s, n, p):
    if n <= 0 or p <= 0:
        return 0
    if p > 0.5:
        return n - binomial(s, n, 1 - p) if p < 1 else n
    if n * p < 10:
        weight, odds = math.exp(n * math.log(1 - p)), p / (1 - p)
        u, k = uniform(s), 0
        while u > weight and k < min(n, 4000):
            u -= weight
            weight *= odds * (n - k) * RECIPROCAL[k + 1]
            k += 1
        return k
    spread = math.sqrt(n * p * (1 - p))
    b = 1.15 + 2.53 * spread
    a = -0.0873 + 0.0248 * b + 0.01 * p
    sure = 0.92 - 4.2 / b
    while True:
        u = uniform(s) - 0.5
        v = 1 - uniform(s)
        us = 0.5 - abs(u)
        if us <= 0:
            continue
        k = int(math.floor((2 * a / us + b) * u + n * p + 0.5))
        if us >= 0.07 and v <= sure:
            return k
        if k < 0 or k > n:
            continue
        middle = int((n + 1) * p)
        v = math.log(v * (2.83 + 5.1 / b) * spread / (a / (us * us) + b))
        if v <= (log_factorial(middle) + log_factorial(n - middle) - log_factorial(k) - log_factorial(n - k)
                 + (k - middle) * math.log(p / (1 - p))):  # fmt: skip
            return k


@jit
def inverted(s, n, odds, none_lost):
    """Binomial by inversion; none_lost = P(0 of n)."""
    u, weight, k = uniform(s), none_lost, 0
    while u > weight and k < n:
        u -= weight
        weight *= odds * (n - k) * RECIPROCAL[k + 1]
        k += 1
    return k


@jit
def inverted_beta(s, n, a, b, none_lost):
    """Beta-binomial by inversion; none_lost = P(0 of n)."""
    u, weight, k = uniform(s), none_lost, 0
    while u > weight and k < n:
        u -= weight
        weight *= (n - k) * (a + k) * RECIPROCAL[k + 1] / (b + (n - 1 - k))
        k += 1
    return k


@jit
def minutes(s, n, mean, sd, shape, scale):
    if n == 0:
        return 0.0
    return n * mean if sd <= 0 else gamma(s, n * shape) * scale


@jit
def whole(s, x):
    """x, or one more, so that the mean is x."""
    floor = math.floor(x)
    return int(floor) if x == floor else int(math.floor(x + uniform(s)))


@jit
def draw_mix(s, shares, concentration, mix):
    total = 0.0
    for i in range(len(shares)):
        mix[i] = shares[i]
        if concentration > 0:
            mix[i] = gamma(s, concentration * shares[i])
        total += mix[i]
    if concentration > 0 and len(shares) > 0:
        if total > 0:
            for i in range(len(shares)):
                mix[i] /= total
        else:
            mix[:] = shares


@jit
def draw_days_off(s, off, first, end, count):
    """Floyd's sample without replacement."""
    days = end - first
    off[first:end] = 0
    for last in range(max(0, days - count), days):
        pick = first + int(uniform(s) * (last + 1))
        off[first + last if off[pick] else pick] = 1


@jit
def split(s, n, mix, counts):
    """Multinomial, added to counts."""
    left = 1.0
    for i in range(len(mix) - 1):
        if n == 0:
            return
        k = binomial(s, n, min(1.0, mix[i] / left)) if left > 0 else 0
        counts[i] += k
        n -= k
        left -= mix[i]
    counts[len(mix) - 1] += n


@jit
def geometric_gap(s, log_none):
    """Days to the next start, 1, 2, ...; log_none = log(1 - probability)."""
    gap = math.log(1 - uniform(s)) / log_none
    return 1 + int(gap) if gap < 1e9 else 1_000_000_000


@jit
def factor_of(cv, state):
    if cv <= 0:
        return 1.0
    variance = math.log1p(cv * cv)
    return math.exp(math.sqrt(variance) * state - variance / 2)
