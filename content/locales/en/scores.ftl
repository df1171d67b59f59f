# Scores said in words.

score-now = Score { $score }, { $severity }.
score-now-plain = Score { $score }.
change-lower = { $points } lower than at the start
change-higher = { $points } higher than at the start
change-none = The same as at the start
change-beyond-error = { $change }, more than measurement error ({ $error }).
change-within-error = { $change }, within measurement error ({ $error }).
change-plain = { $change }.

standing-too-early = Too early to say
standing-on-track = On track
standing-not-on-track = Not on track

because-one-score = Too early to say: there is one score so far.
because-before-week = Too early to say: this is judged from week { $week }.
because-remission = On track: below the remission threshold.
because-response = On track: half the way or more from the first score.
because-reliably-better = On track: better by more than measurement error.
because-enough-for-now = On track: enough change for this early.
because-started-below = On track: started below the cut-off and is not worse. No recovery is claimed.
because-too-little = Not on track: { $points } better by week { $week }, too little for this time.
because-worse-than-start = Not on track: { $points } worse than at the start.
because-worse-than-last = Not on track: { $points } worse than last time.
because-worse-twice = Not on track: worse twice in a row, { $points } points together.

client-score-first = This is your first line. The next one shows how things move.
client-score-better = Your answers show fewer problems than at the start.
client-score-worse = Your answers show more problems than at the start. That is worth talking about when you meet.
client-score-same = Your answers are about the same as at the start.
