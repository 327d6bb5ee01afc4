"""Why nothing of this room is found by a person: her answers are kept with her browser's number, not with hers."""

OF_NOBODY = {
    "terminal.DeviceChoice": (
        "an answer of a browser under a random number that only the browser's own cookie holds; we cannot tell whose"
        " browser it is (art. 11). Whoever shows the cookie sees and changes the answer on the page about cookies"
    ),
}
