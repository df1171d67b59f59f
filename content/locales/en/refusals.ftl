# Why the course does not allow something now, and what to do.

no-not-enrolled = No course has begun yet. Start one on the client's page.
no-already-enrolled = This course has begun already.
no-other-protocol = This course follows another protocol.
no-sessions-out-of-range = { $asked } sessions do not fit: this treatment has { $fewest } to { $most }.
no-ends-before-start = The last day lies before the first ({ $start }). Choose a later one.
no-paused = The course is paused. Resume it first.
no-not-paused = The course is not paused.
no-course-ended = The course has ended ({ $exit }). Its record can be read, not changed.
no-in-maintenance = The course is over and maintenance has begun. This belonged to the course.
no-maintenance-not-possible = Maintenance follows a course that was completed or that ended early in good health.
no-session-still-open = Session { $session } is still open. Sign its note first.
no-session-out-of-order = Session { $next } comes next.
no-beyond-plan = The plan has { $planned } sessions. To go on, agree on a new number in the contract.
no-session-not-open = Session { $session } is not open.
no-risks-unanswered = { $count ->
    [one] A risk question waits
   *[other] { $count } risk questions wait
} for an answer. Answer that first.
no-risk-already-open = This risk is open already.
no-risk-not-open = This risk was answered already.
no-gate-unknown = This protocol has no such gate.
no-gate-already-passed = This gate was passed already.
no-gate-not-passed = Gate { $gate } comes first. See Plans and reviews for what it needs.
no-gate-blocked = Something this gate needs is missing.
no-overrun-reason-missing = The beginning took longer than { $limit } sessions. Write down why.
no-reason-missing = Write down the reason.
no-agreement-missing = Client and therapist both have to agree.
no-same-area-twice = The second area is the same as the first. Choose another one or none.
no-focus-fixed = In the ending the focus stays as it is.
no-version-not-newer = A newer version is on record. Open it again.
no-discharge-blocked = Before an ending in good order something is missing, at least the relapse-prevention plan.
no-risk-level-missing = Nobody has judged the risk yet. Write down a level of risk, in a session's note or on the risk page.
no-disposition-missing = What comes next is not decided yet. Fill in "What comes next".
no-interval-missing = Give the days between two sessions, at least one.
no-safety-first = The risk counts as high. Look after safety first; once you judge it lower, this step can be taken.
no-area-unknown = This protocol does not work with this problem area. Choose one it has.
no-area-not-open = What this problem area asks for is not on record: { $missing }. Add it, or write down why you choose the area all the same.
no-meeting-unknown = This protocol has no such meeting.
no-meetings-used = { $most ->
    [one] This meeting takes place once, and it has.
   *[other] This meeting takes place { $most } times at most, and it has.
}
no-meeting-before = This meeting belongs before the first session.
no-meeting-initial = This meeting belongs to the beginning.
no-meeting-middle = This meeting belongs to the working phase.
no-meeting-ending = This meeting belongs to the ending.
no-meeting-any = This meeting belongs to a course that runs.
no-meeting-after = This meeting belongs after the last session.
no-rule-unknown = This protocol has no such suggestion.
no-rule-silent = There is nothing to answer: this suggestion is not made now, or it was answered.
no-same-protocol = This course follows this protocol already.
