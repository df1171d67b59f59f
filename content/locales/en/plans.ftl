# Worksheets: reading, filling in, versions, sharing; the list of everything a course asks for.

ws-too-long = Shorten this to { $max } characters.
ws-control-characters = This held characters that cannot be stored. They were taken out; look whether it still says what you mean.
ws-not-a-date = Write the date as year-month-day, for example 2026-03-02.
ws-not-a-number = Write a number in digits.
ws-not-whole = Write a whole number.
ws-too-small = Write { $min } or more.
ws-too-large = Write { $max } or less.
ws-off-step = Write a multiple of { $step }.
ws-not-an-option = Choose one of the answers.
ws-not-a-reference = Choose one from the list.
ws-too-many-rows = Keep { $max } at most.
ws-too-few-rows = { $label } (at least { $min })
ws-error-line = { $label }: { $error }
ws-yes = Yes
ws-no = No
ws-acknowledged = Yes, ticked
ws-gone = no longer on record
ws-nothing = not filled in
ws-no-answer = No answer
ws-no-score = no score yet
ws-none-tie = No people are on record yet. They come from the inventory.
ws-none-event = No events are on record yet. They come from the timeline.
ws-none-goal = No goals are on record yet. They come from the contract.
ws-none-homework = No homework is on record yet.
ws-add-row = Add another
ws-remove-row = Remove
ws-row = { $label }, { $number }
ws-was = Before
ws-is = After
ws-added = added
ws-removed = taken out
ws-changed = changed
ws-conflict-base = It said
ws-conflict-theirs = They wrote
ws-conflict-mine = You typed

print = Print
cancel = Cancel
author-unknown = somebody no longer on record
plan-closed = Nothing can be saved here now
plan-refused = This was not saved. What you typed is still here.
plan-none-title = Nothing here yet
plan-none-text = This worksheet has not been filled in.
plan-draft-title = You typed something here on { $when } and did not save it
plan-draft-continue = Go on with it
plan-draft-drop = Throw it away
plan-gaps = Still open: { $count } { $count ->
    [one] answer
   *[other] answers
}
plan-staff-only = This worksheet is for staff. The client does not see it.
plan-sharing = Sharing
plan-share-text = Only staff can read this now. Shared, the client reads it on their own page, without the notes for staff.
plan-share = Share with the client
plan-shared-text = The client can read this on their own page, without the notes for staff. Later versions are shared too.
plan-unshare = Stop sharing
plan-sources = Where this comes from
plan-stale-who = { $who } saved this on { $when }, after you had opened it.
plan-stale-merged = You changed different places. Both changes are in the form below. Look it over and save.
plan-stale-decide = Where only one of you changed something, it is in the form below. These places you both changed; your text is in the field, theirs stands below it. Put together what is right and save.
plan-version = Version { $number }
plan-version-of = { $title }, version { $number }
plan-versions = Versions
plan-when = Saved on
plan-who = By
plan-session = In session
plan-readers = Read by
plan-shared-client = staff and client
plan-shared-staff = staff
plan-older = An earlier version
plan-older-text = A newer version is on record. This one stays as it was.
plan-compare = Compare
plan-compare-from = Earlier version
plan-compare-to = Later version
plan-compare-heading = { $title }: versions { $from } and { $to }
plan-compare-same = These two versions say the same.
plan-compare-count = { $count ->
    [one] One place differs.
   *[other] { $count } places differ.
}
plan-not-begun = not begun
plan-saved = version { $number }, by { $who }

replan-title = The plan of the course changes
replan-text = Planned so far: { $sessions } sessions, the last on { $end }. This agreement says { $newsessions } sessions, the last on { $newend }. That needs a reason, and both have to agree.
replan-reason = Why the plan changes
replan-client = The client agrees to the new plan
replan-therapist = The therapist agrees to the new plan

plans-before = Before the first session
plans-any = In every session
plans-others = Other worksheets
plans-others-text = Not part of this protocol's list; there when they help.
plans-end = Pausing or ending the course
plans-end-text = A course ends on purpose: completed, early in good health, or for another reason that is written down.
plans-end-open = Pause or end
task-done = done
task-open = open
task-not-yet = later
task-unmet = Still needed:
gate-title = Gate: { $title }
gate-passed = passed
gate-passed-on = passed on { $date }
gate-ready = ready
gate-blocked = not yet
gate-needs = Before this gate:
gate-open = Go to this gate
summary-open = Summary
