# The timeline: onset, life events, remembered severities.

timeline-no-onset = { $count ->
    [0] Nothing is written down yet.
    [one] One event, and no onset yet.
   *[other] { $count } events, and no onset yet.
}
timeline-onset = The symptoms began { $when }. { $near ->
    [0] No event lies within six months of that.
    [one] One event lies within six months of that.
   *[other] { $near } events lie within six months of that.
}
timeline-none-found = You looked together and found none.
timeline-picture = Timeline of symptoms and life events
timeline-lane-symptoms = Symptoms (higher is worse)
timeline-lane-events = Life events
timeline-key = Dots: measured scores. Diamonds: as remembered. A wide bar is a date known only roughly. The stripe is the onset.
timeline-older = { $count ->
    [one] One earlier event is only in the table.
   *[other] { $count } earlier events are only in the table.
}
timeline-table = Everything on the timeline
timeline-near-onset = Near the onset
timeline-empty-title = No events yet
timeline-empty-text = Start with the onset, then write down what happened in the months around it.
timeline-taken-off = Taken off the timeline ({ $count })
onset-title = Onset
onset-word = Onset
onset-ask = When did you last feel like yourself? When did it begin?
onset-when = The symptoms began
onset-confidence = How sure
onset-sure = sure
onset-fair = fairly sure
onset-guess = a guess
onset-none-found = We looked for events around then and found none
onset-save = Save the onset
onset-earlier = Earlier versions
event-add = Add an event
event-title = What happened
event-kind = Kind
event-when = When
event-people = Who was part of it
event-valence = How it was
event-impact = How much it hit, 0 to 10
event-note = More about it
event-end = Take off the timeline
event-taken-off = Taken off the timeline
event-person-off = somebody taken off the list
event-death = death
event-move = move
event-job = work
event-birth = birth
event-separation = separation
event-illness = illness
event-conflict-start = a conflict began
event-other = other
event-symptom = how bad it was
event-good = good
event-mixed = good and bad
event-bad = bad
severity-title = How bad it was
severity-ask = From memory, where no score exists.
severity-rating = Symptoms, 0 (none) to 10 (worst)
severity-add = Add to the symptom line
