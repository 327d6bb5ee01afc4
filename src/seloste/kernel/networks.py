"""From which network something comes: what is counted where one address says nothing."""

from ipaddress import ip_address, ip_network


def network_of(address: str, *, v4: int = 24) -> str:
    """Return the network that an address belongs to: IPv6 hands out whole networks, so one address says nothing.

    ``v4`` is the length of an IPv4 network's prefix; with 32 each address stands for itself.
    """
    try:
        ip = ip_address(address)
    except ValueError:
        return "unknown"
    return str(ip_network((ip, v4 if ip.version == 4 else 56), strict=False))
