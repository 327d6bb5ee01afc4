"""The tables of the shop."""

from seloste.shop.models.agreements import ContractAcceptance, Terms, WithdrawalWaiver
from seloste.shop.models.carts import Cart, CartLine, Quote
from seloste.shop.models.coupons import Coupon, Redemption
from seloste.shop.models.life import OrderEvent, OrderMessage, Refund, Withdrawal
from seloste.shop.models.orders import Order, OrderLine

__all__ = [
    "Cart",
    "CartLine",
    "ContractAcceptance",
    "Coupon",
    "Order",
    "OrderEvent",
    "OrderLine",
    "OrderMessage",
    "Quote",
    "Redemption",
    "Refund",
    "Terms",
    "Withdrawal",
    "WithdrawalWaiver",
]
