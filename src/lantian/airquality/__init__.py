"""Air quality by the Chinese standards, right to the clause, for the edition in force.

Pure functions over scalars, arrays and xarray. Concentrations in µg/m³, CO in mg/m³; hours are named by their end.
Limits, breakpoints and rules of rounding are data of the rulebook.
"""

from lantian.airquality.aqi import Aqi, aqi
from lantian.airquality.editions import Edition, edition
from lantian.airquality.exact import gbt8170
from lantian.airquality.faults import AirError
from lantian.airquality.iaqi import iaqi

__all__ = ["AirError", "Aqi", "Edition", "aqi", "edition", "gbt8170", "iaqi"]
