"""Why nothing of this room is found by a person: a line of the security log has an address of a network, not a name."""

OF_NOBODY = {
    "visits.SecurityLine": (
        "an IP address at a moment, kept shortly, against attacks: homes, offices and mobile networks share one, and"
        " we have nothing that connects it with a person of the register (art. 11)"
    ),
}
