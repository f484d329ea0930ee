"""Orders, what happened to them, and the requests to put them off."""

from lantian.site.orders.models.events import OrderEvent, OrderExtension, OrderFile
from lantian.site.orders.models.orders import Order, OrderUnit

__all__ = ["Order", "OrderEvent", "OrderExtension", "OrderFile", "OrderUnit"]
