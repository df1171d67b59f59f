# Caseload, client overview, particulars, starting a course.

nav-clients = Clients
nav-people = People and roles
nav-practice = Practice
nav-audit = Audit trail
nav-today = Today
role-administrator = administrator
role-therapist = therapist
role-trainee = trainee
role-supervisor = supervisor
role-privacy-officer = privacy officer
role-front-desk = front desk
role-client = client
role-guardian = guardian

caseload-heading = Your clients
caseload-empty-title = No clients yet
caseload-empty-text = Clients you treat, cover or supervise appear here, the most pressing first.
group-act-today = Act today
group-not-on-track = Not on track
group-due = Due
group-going-well = Going well
group-finished = Finished
group-count = { $title } ({ $count })
contact-none = no contact yet
contact-last = last contact { $when }

score-none = no total
score-none-yet = No scores yet. The first one becomes the starting point.
score-first = At the start
score-latest = Latest
trend-too-early = too early to tell
trend-improved = better than at the start
trend-remitted = few symptoms left
trend-low = low from the start
trend-too-little = too little better
trend-worse = worse

why-risk = A risk question was answered above zero. Nobody has looked at it yet.
why-risk-since = A risk question was answered above zero { $when }. Nobody has looked at it yet.
why-worse-since-start = Worse than at the start, by { $points ->
    [one] one point
   *[other] { $points } points
}.
why-worse-since-last = Worse than last time, by { $points ->
    [one] one point
   *[other] { $points } points
}.
why-worse-twice = Worse twice running, by { $points ->
    [one] one point
   *[other] { $points } points
} together.
why-too-little = Too little better after { $sessions } sessions.
why-not-started = The course has not started.
why-session-open = Session { $session } is open and its note unsigned.
why-no-contact = No contact for { $days } days.
why-task-due = Due: { $task }.
why-task-overdue = Overdue: { $task }.
why-paused = The course is paused.
why-maintenance = In maintenance; nothing is due.
why-improved = Better than at the start; nothing is overdue.
why-under-way = Under way; nothing is due.
do-answer-risk = Answer the risk
do-see-progress = See the progress
do-open-note = Open the note
do-open-chart = Open

standing-with = { $course }, with { $name }
standing-not-started = Not started
standing-not-enrolled = Not enrolled
standing-paused = Paused
standing-maintenance = Maintenance
standing-active = { $phase }, session { $session } of { $planned }
phase-initial = Initial phase
phase-middle = Middle phase
phase-ending = Ending phase
exit-completed = Completed
exit-remitted-early = Ended early, well
exit-dropout = Stopped coming
exit-referred-up = Referred on
exit-moved = Moved away
exit-declined = Declined
exit-administrative = Closed for a practical reason
exit-died = Died
exit-transferred = Goes on with another service

client-new = New client
client-particulars = Particulars
client-name = Name
client-name-help = As the client wishes it to stand in the record.
client-called = Likes to be called
client-born = Date of birth
date-help = Year-month-day, for example 1990-04-28.
client-phone = Phone
client-email = Email
client-zone = Time zone
client-zone-help = For example Africa/Kampala. Leave empty for the practice's own.
client-emergency = Emergency contact
client-emergency-help = Name and number of somebody who may be called.
client-staff = Who is involved
born-age = { $date } ({ $years } years)
not-given = not given
relation-treats = treats
relation-covers = covers
relation-supervises = supervises
relation-trainee-on = treats, in training
relation-guardian-of = guardian
relation-break-glass = opened in an emergency
relation-conflict = kept out: conflict of interest
relation-restricted = kept out: the client's wish

care-now = Who may see the record
care-since = since { $since }
care-since-until = since { $since }, until { $until }
care-end = End
care-ask = Ask a colleague
care-ask-text = A supervisor reads the record, helps to keep the therapy on its way and signs what a trainee wrote. Somebody who covers reads and writes while you are away, but does not sign. A trainee writes and does not sign.
care-until = Last day
care-until-help = Cover needs one. Year-month-day; empty means until you end it.
care-no-end = Give cover a last day, from today on and within a year.
care-block = Keep somebody out
care-block-text = Whoever is kept out sees nothing of this client, whatever else would let them in, an emergency included.
care-block-who = Who, and why
care-block-offer = { $name }: { $relation }
care-block-conflict = conflict of interest
care-block-restricted = the client's wish
care-block-button = Keep out
care-after = Whose treatment of the client has ended can read the record for 90 more days.
care-nobody = There is nobody else to ask.
care-who = Who, and as what
care-offer = { $name } { $relation }
care-ask-button = Ask

save = Save
change = Change
optional = optional
form-errors = Some answers need another look. Nothing you typed is lost.
problem-empty = Fill this in.
problem-too-long = Shorten this to { $max } characters.
problem-forbidden = This holds a character that cannot be stored. Type it anew.
problem-date = Write the date as year-month-day, for example 1990-04-28.
problem-impossible-date = This date cannot be right. Check the year.
problem-zone = Write a zone such as Africa/Kampala or Europe/Berlin.
problem-email = Write an address such as name@example.org.
stale-title = Somebody else changed this since you opened it
stale-text = Your text is still in the fields. Where theirs differs, it stands below the field. Put together what is right and save again.
stale-theirs = They wrote:

chart-tab-title = Chart
chart-tabs-label = Parts of the chart
chart-overview = Overview
chart-sessions = Sessions
chart-people = People
chart-timeline = Timeline
chart-focus = Focus
chart-plans = Plans and reviews
chart-measures = Measures
chart-homework = Homework

risk-open-title = Look at this first
risk-open-text = A risk question was answered above zero. Speak with the client today, then write down what you found and did.
course-words = { $standing }. { $left ->
    [0] No sessions left.
    [one] One session left.
   *[other] { $left } sessions left.
} Planned end { $end }.
overview-due = Due now
overview-scores = Scores
overview-all-tasks = All tasks of this course
overview-homework = Agreed for this time
overview-no-homework = Nothing is waiting to be looked at.
overview-homework-due = (due { $when })
overview-summary = Summary of the course
overview-gate-open = Nothing blocks it.
overview-gate-blocked = Still to do before it:
overview-gate-see = Look
due-nothing = Nothing is due.
due-now = due
due-overdue = overdue
session-continue = Continue session { $session }
session-open = Open session { $session }

course-start = Start a course
course-start-text = A course has a fixed number of sessions and a last day from the first hour on.
course-protocol = Protocol
course-starts-on = First day
course-start-button = Start the course
