"""Scalars, arrays and labelled arrays in; the same kind out. Missing is NaN."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
Rewrap = Callable[[NDArray[Any]], Any]


def is_labelled(value: Any) -> bool:
    """Whether a value is an xarray DataArray; asked without importing xarray."""
    return hasattr(value, "dims") and hasattr(value, "coords") and hasattr(value, "values")


def unwrap(value: Any) -> tuple[Floats, Rewrap]:
    """The numbers of a scalar, array or DataArray, and how to give results of the same shape their kind back.

    float32 stays float32; all else becomes float64. A scalar result that is a whole number comes back as `int` when
    its array is one of whole numbers.
    """
    if is_labelled(value):
        return _floats(value.values), lambda out: value.copy(data=out)
    array = _floats(value)
    if array.ndim == 0:
        return array, lambda out: out.item()
    return array, lambda out: out


def _floats(value: Any) -> Floats:
    array = np.asarray(value)
    if array.dtype == np.float32:
        return array
    return array.astype(np.float64)


def whole(array: Floats) -> Any:
    """A result of whole numbers: `int` for a scalar that is there, else the array (NaN needs floats)."""
    if array.ndim == 0 and np.isfinite(array):
        return np.asarray(int(array))
    return array


def columns(values: Any) -> dict[str, Any]:
    """The variables of a Dataset or mapping, by name."""
    found = values.data_vars if hasattr(values, "data_vars") else values
    if not isinstance(found, Mapping):
        raise TypeError(f"a mapping or Dataset of pollutants is needed, not {type(values).__name__}")
    return {str(name): column for name, column in found.items()}
