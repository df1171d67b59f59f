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
