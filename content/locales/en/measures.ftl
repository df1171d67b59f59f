# Measures and progress, for staff.

measures-print = Print
measures-due-title = To answer
measures-none-due = Nothing is due for this session. A measure can still be entered or sent.
measures-enter = Enter answers
measures-link-title = Let the client answer by a link
measures-link-text = The link works once, for seven days. It opens the questions and nothing else: no name, no record.
measures-link-which = Which questions
measures-link-make = Make a link
measures-gone = { $count } answered; this instrument is not installed any more.
measures-no-total-yet = Too many questions were left open to give a total so far. The answers are kept.
measures-last = Answered last { $when }.
measures-chart-title = { $instrument } since { $since }
measures-table = All answers to the { $instrument }
measures-column-how = How
measures-column-session = Session
measures-column-remarks = Remarks
mode-link = By link
mode-portal = Signed in
mode-in-session = Together in session
mode-paper = From paper
remark-missing = { $count ->
    [one] 1 question left open.
   *[other] { $count } questions left open.
}
remark-prorated = The total is an estimate.
remark-risk = A risk question was above zero.
remark-risk-open = A risk question was left open: ask.

next-title = Next:
next-one-score = Take the measure again before the next session; two scores make a line.
next-before-week = Go on, and take the measure before each session.
next-remission = Few symptoms are left. Go on to the end as planned: talk about the ending and about staying well.
next-started-below = Go on, and watch whether the score stays where it is.
next-on-track = Go on as you do. Name with the client what has helped.
next-worse = Ask about risk, new events and what happens between you; look at the focus; take it to supervision within seven days.
next-too-little = Look together at focus, frequency and what gets in the way; take it to supervision.

measures-link-heading = A link to answer
link-once-title = Shown once
link-once-text = Copy the link or the message now. When you leave this page, the link cannot be shown again; a new one can be made any time.
link-address = Link
link-until = Works once, until { $until }.
link-message-label = Message to send
link-message-help = It says nothing about treatment, because messages are seen by others. Change it as you like before you send it.
link-message =
    Hello, here is the link we spoke of. It works once and takes a few minutes: { $address }
    { $practice }
link-done = Back to the measures

entry-heading = { $instrument }: enter answers
entry-mode = How it was answered
entry-day = Day it was filled
entry-day-help = For paper only. Answers given in session belong to today.
entry-gaps = Questions may stay open, as on paper. The total follows the rule of the instrument.
entry-nothing = Nothing was chosen yet. Choose at least one answer.
entry-day-range = Choose a day between { $earliest } and { $latest }.

response-heading = { $instrument } of { $on }
response-came-in = Came in
response-by-link = by link
response-table = All questions and answers
response-column-number = No.
response-column-question = Question
response-column-answer = Answer
response-column-points = Points
response-risk = risk question
response-not-answered = not answered
