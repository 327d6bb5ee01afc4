"""Questions about the notice: its versions, its parts for other rooms, and the gate."""

from seloste.notices.queries.layers import ShortLayer, short_layer
from seloste.notices.queries.publications import Version, current_version, current_version_id, version, versions

__all__ = ["ShortLayer", "Version", "current_version", "current_version_id", "short_layer", "version", "versions"]
