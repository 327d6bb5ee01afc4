"""Questions about the notice: its versions, its parts for other rooms, and the gate."""
