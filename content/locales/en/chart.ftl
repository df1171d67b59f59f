# Progress charts.

chart-as-table = The same scores as a table
chart-cutoff-at = Cut-off { $score }
chart-key-cutoff = Cut-off: at or above it, a closer look is usual
chart-key-corridor = Too close to the first score to tell from chance
chart-key-lower = Lower than at the start by more than chance
chart-key-higher = Higher than at the start by more than chance
chart-column-day = Day
chart-column-score = Score
chart-column-words = In words
