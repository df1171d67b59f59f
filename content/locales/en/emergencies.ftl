# Opening a record in an emergency, and looking over it.

nav-emergencies = Emergencies
emergency-tab = Emergency
emergency-heading = Open a record in an emergency
emergency-link = Open a record in an emergency
emergency-before = Before you do
emergency-before-text = For when somebody who is not in your care needs you now. You can read the record for an hour and change nothing. Whoever treats the client and the privacy officer are told at once, and somebody looks over it afterwards.
emergency-who = Whose record
emergency-who-help = The exact name on record, or the record's number.
emergency-reason = Why
emergency-danger = Somebody is in danger
emergency-unreachable = The client needs care now and their therapist cannot be reached
emergency-asked = The client is with me and asks for it
emergency-inquiry = A complaint or an inquiry has to be looked into
emergency-words = In your own words
emergency-words-help = Whoever looks over it reads this.
emergency-open = Open the record for an hour
emergency-nobody = There is no one record of exactly this name or number. Look at the spelling.
emergency-no-reason = Choose a reason.
emergency-no-words = Say why, in up to 1000 letters.
emergency-overdue = An earlier emergency of yours has waited for its review for three days. The privacy officer has to look over it first.
emergency-banner = Open in an emergency
emergency-banner-text = { $minutes ->
    [one] One minute left, until { $until }. Everything you open is on record.
   *[other] { $minutes } minutes left, until { $until }. Everything you open is on record.
 }
emergency-end = Close the record now
emergencies-text = Records that somebody opened in an emergency, newest first. What was opened under each is in the trail, with the rule "break glass". A review that waits for three days keeps its person from opening another record.
emergencies-none = Nobody has opened a record in an emergency.
emergency-of = { $who } opened the record of { $name }
emergency-when = When
emergency-looks = Pages opened
emergency-review-open = waits for your review
emergency-review-late = review is late
emergency-justified = It was right
emergency-not-justified = It was not right
emergency-reviewed = Looked over by { $who }, { $when }.
emergency-own = This was you. Another privacy officer looks over it.

notice-emergency = A record was opened in an emergency
notice-emergency-text = { $who } opened the record of { $name } on { $when }.
notice-read = I have read this

# The register, for the front desk.
nav-register = Register
register-last = Last session
register-empty = Nobody is registered yet.

# Signing what a trainee wrote.
cosign-title = A trainee wrote this note
cosign-text = It counts when you have signed it. It cannot be changed after that.
cosign-button = Sign the trainee's note
