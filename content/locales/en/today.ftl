# The client's own pages.

today-heading = Hello { $name }
today-lede = Here is what helps this week.
today-no-course-title = Nothing here yet
today-no-course-text = When you and your therapist begin, this page shows what helps from week to week.
today-due-title = Some questions about how you have been
today-due-text = Your answers go to your therapist before you meet.
today-due-start = Start
today-nothing-due-title = Nothing to answer today
today-nothing-due-text = Well done. The next questions come with your next session.
today-steps-title = What you agreed to try
today-steps-none = Nothing agreed just now. Steps you agree with your therapist appear here.
today-step-by = by { $when }
today-step-told = you have told how it went
today-shared-title = Shared with you
today-asks-yes = your yes is asked for
today-progress-title = How it goes
today-progress-none = After your first answers, a line begins here. It shows how things move.
today-progress-see = See your line
today-course-title = Your sessions
today-course-text = { $held ->
    [0] Your first session is ahead. You planned { $planned } in all.
    [one] You have had 1 of { $planned } sessions.
   *[other] You have had { $held } of { $planned } sessions.
}
today-danger = These pages are not watched round the clock. In danger, call your local emergency number.

own-progress-heading = How it goes
own-progress-lede = Each dot is one time you answered. Lower dots mean fewer problems.
own-progress-empty-title = No line yet
own-progress-empty-text = It begins with your first answers.
own-progress-talk = Ups and downs from week to week are usual. Anything you wonder about here is worth asking your therapist.
