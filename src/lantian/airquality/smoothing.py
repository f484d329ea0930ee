"""A smooth surface over scattered points of the plane: a thin plate spline of low rank, as stiff as the data ask.

This is what the bivariate polar plot draws through the means of its bins.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lantian.airquality.arrays import Floats
from lantian.airquality.faults import AirError

STIFFNESSES = np.logspace(-8, 6, 57)


@dataclass(frozen=True)
class Surface:
    """A fitted surface, to be asked at any point by `at`.

    Attributes
    ----------
    freedom : effective degrees of freedom: 3 is a plane, more bends more
    """

    freedom: float
    _points: Floats
    _bends: Floats
    _plane: Floats

    def at(self, x: Floats, y: Floats) -> Floats:
        """Height of the surface at points of any shape."""
        wanted = np.stack([np.ravel(x), np.ravel(y)], axis=-1).astype(float)
        found = _kernel(wanted, self._points) @ self._bends + _plane(wanted) @ self._plane
        return np.asarray(found).reshape(np.shape(x))


def thin_plate(x: Floats, y: Floats, values: Floats, *, weights: Floats | None = None, rank: int = 100) -> Surface:
    """Fit a surface.

    Parameters
    ----------
    x, y, values : one entry a point, none missing
    weights : how much each point counts; default all alike
    rank : how many shapes the surface is made of at most: bounds how finely it can bend

    Raises
    ------
    AirError
        where fewer than six points are there, or all lie on a line.

    Notes
    -----
    Thin plate regression spline (Wood, 2003, J. R. Stat. Soc. B 65, 95-114): the kernel r² ln r over the points is cut
    to its `rank` largest eigenvectors. The penalty is chosen by the least generalised cross-validation score
    n·RSS / (n − edf)².
    """
    points = np.stack([x, y], axis=-1).astype(float)
    heights, count = np.asarray(values, float), len(points)
    if count < 6 or np.linalg.matrix_rank(points - points.mean(0), tol=1e-9) < 2:
        raise AirError("点太少，画不出平滑曲面。", "Too few points for a smooth surface.")
    root = np.sqrt(np.ones(count) if weights is None else np.asarray(weights, float))
    shapes, penalty = _shapes(points, min(rank, count))
    plane = _plane(points)
    kernel = _kernel(points, points) @ shapes
    design = np.hstack([kernel, plane])
    q, r = np.linalg.qr(root[:, None] * design)
    full = np.zeros((design.shape[1],) * 2)
    full[: len(penalty), : len(penalty)] = penalty
    inverse = np.linalg.pinv(r)
    bends, turned = np.linalg.eigh(_symmetric(inverse.T @ full @ inverse))
    bends = np.clip(bends, 0, None)
    seen = turned.T @ (q.T @ (root * heights))
    rest = float(((root * heights) ** 2).sum() - (seen**2).sum())
    best = min(STIFFNESSES, key=lambda stiffness: _score(stiffness * bends, seen, rest, count))
    shrunk = 1 / (1 + best * bends)
    coefficients = inverse @ (turned @ (shrunk * seen))
    cut = len(penalty)
    return Surface(float(shrunk.sum()), points, shapes @ coefficients[:cut], coefficients[cut:])


def _score(bends: Floats, seen: Floats, rest: float, count: int) -> float:
    shrunk = 1 / (1 + bends)
    residual = max(rest, 0.0) + float((((1 - shrunk) * seen) ** 2).sum())
    left = count - float(shrunk.sum())
    return np.inf if left < 1 else count * residual / left**2


def _shapes(points: Floats, rank: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Combinations of kernels that bend and do not tilt, and what their bending costs."""
    kernel = _kernel(points, points)
    values, vectors = np.linalg.eigh(kernel)
    largest = np.argsort(-np.abs(values))[:rank]
    vectors = vectors[:, largest]
    constraints = vectors.T @ _plane(points)
    free = np.linalg.qr(constraints, mode="complete")[0][:, 3:]
    shapes = vectors @ free
    return shapes, _symmetric(shapes.T @ kernel @ shapes)


def _kernel(a: Floats, b: Floats) -> NDArray[np.float64]:
    squared = ((a[:, None, :] - b[None, :, :]) ** 2).sum(-1)
    return np.where(squared > 0, 0.5 * squared * np.log(np.where(squared > 0, squared, 1.0)), 0.0)


def _plane(points: Floats) -> NDArray[np.float64]:
    return np.hstack([np.ones((len(points), 1)), points])


def _symmetric(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray((matrix + matrix.T) / 2)
