"""Public registers that are asked over the network: off unless a setting names them, and never in a transaction."""
