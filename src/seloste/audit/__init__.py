"""The record of who read or wrote what about whom, when and why. It is only ever added to."""
