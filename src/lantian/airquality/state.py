"""Concentrations of gases at another temperature: what results before and after September 2018 are compared in."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np

from lantian.airquality.arrays import unwrap
from lantian.airquality.editions import GASES, Edition
from lantian.airquality.iaqi import name_of


def at_temperature(pollutant: str, value: Any, *, was: float, becomes: float) -> Any:
    """A concentration at another reference temperature and the same pressure; particles stay as they are.

    Parameters
    ----------
    value : scalar, array or DataArray [µg/m³; CO mg/m³]
    was, becomes : temperatures [K], 273.15 until 2018-08-31 and 298.15 since (GB 3095-2012 amendment; GB 3095-2026
        3.14). Particles were at standard state before and are at ambient conditions since: only measured temperature
        and pressure could convert them, see `particles_at_ambient`.

    Notes
    -----
    C298 = C273 × 273.15 / 298.15.

    Examples
    --------
    >>> round(at_temperature("no2", 100, was=273.15, becomes=298.15), 2)
    91.61
    """
    array, rewrap = unwrap(value)
    if name_of(pollutant) not in GASES:
        return rewrap(array)
    # One division of whole hundredths of a kelvin: 27315 / 29815.
    return rewrap(np.asarray(array * _hundredths(was) / _hundredths(becomes)).astype(array.dtype))


def _hundredths(kelvin: float) -> float:
    return float(Decimal(str(kelvin)) * 100)


def in_state_of(pollutant: str, value: Any, *, was: Edition, becomes: Edition) -> Any:
    """A concentration evaluated under one edition, in the state of another."""
    return at_temperature(pollutant, value, was=was.rule.temperature, becomes=becomes.rule.temperature)


def particles_at_ambient(value: Any, *, temperature: Any, pressure: Any) -> Any:
    """Particles at standard state (273.15 K, 1013.25 hPa) as they are at a temperature [K] and a pressure [hPa].

    >>> round(particles_at_ambient(100, temperature=298.15, pressure=1013.25), 2)
    91.61
    """
    array, rewrap = unwrap(value)
    return rewrap(np.asarray(array * (273.15 / np.asarray(temperature)) * (np.asarray(pressure) / 1013.25)))
