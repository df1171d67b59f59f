# Questionnaires as people answer them, and the page after. The questions themselves stand in the instrument's file.

sheet-tab = Questions
sheet-heading = How have you been?
sheet-lede = { $count ->
    [one] One question, less than a minute.
   *[other] { $count } questions, about { $minutes ->
        [one] a minute
       *[other] { $minutes } minutes
    }.
}
sheet-how = Choose the answer that fits best. There is no right or wrong one.
sheet-progress = Question { $n } of { $of }
sheet-back = Back
sheet-next = Next
sheet-send = Send
sheet-declined = I would rather not say
sheet-open-item = Choose an answer. “I would rather not say” is one too.
sheet-not-an-answer = Choose one of the answers shown.
sheet-fault = “{ $item }”: { $fault }
sheet-source = Source:
sheet-goes-to = Your answers go to { $practice } and nowhere else. They are not read round the clock.
sheet-goes-to-therapist = Your answers go to your therapist. They are not read round the clock.
sheet-part = List { $n } of { $of }

thanks-heading = Thank you
thanks-heading-risk = Thank you for telling us
thanks-text = Your answers have arrived.
thanks-score-title = What your answers add up to
thanks-sum = { $total } out of { $most } points.
thanks-band = On this list that is called “{ $severity }”.
thanks-prorated = Some questions were left open, so this sum is an estimate.
thanks-no-total = Too many questions were left open to add up a sum this time. That is all right: your therapist sees what you did answer.
thanks-no-diagnosis = A sum is not a diagnosis. It helps you and your therapist see how things move from week to week.
thanks-left-open = You left one question about hard thoughts open. That is your choice. Your therapist may ask you about it when you meet.
thanks-risk-text = You said that thoughts of being dead or of hurting yourself have been there. Many people have such thoughts when they feel low. You do not have to carry them alone.
thanks-next-title = What happens now
thanks-risk-next = Your therapist will see this answer and will talk with you about it.
thanks-risk-wait = Nobody reads these pages round the clock. If you need help before you meet, do not wait for an answer here.
thanks-home = Back to today
thanks-more = Go on to the next list

crisis-title = Help now
crisis-emergency = If you might act on such thoughts, or are in danger, call your local emergency number or go to the nearest hospital now.
crisis-somebody = Tell somebody near you how you feel, and ask them to stay with you.
crisis-practice = You can also call your practice. They know you.

link-sent-heading = Already sent
link-sent-text = Your answers have arrived, so this link is used up. There is nothing more to do. Thank you.

severity-none-minimal = few or none
severity-mild = mild
severity-moderate = moderate
severity-moderately-severe = moderately severe
severity-severe = severe
