# Signing in, one-time links, second factors.

link-tab = Your link
demo-heading = A demonstration
demo-text = Everybody in this practice is made up. Nothing you do here reaches a real person, and it is forgotten when the demonstration stops.
demo-continue = Continue as { $name }, { $role }

sign-in = Sign in
sign-in-email = Email address
sign-in-password = Password
sign-in-forgotten = Forgotten your password? Ask your practice for a link to choose a new one.
sign-in-no-match = This address and password do not go together, or there were too many tries. Check both. After several tries, wait 15 minutes and try again.
go-on = Go on
zone = Time zone
zone-help = For example Africa/Kampala.
own-name = Your name
email-help = You sign in with this address.
practice-name = Name of the practice

code-heading = Your code
code-label = Code
code-help = Six digits from the authenticator on your phone.
code-no-device = I do not have my phone
code-recovery = Recovery code
code-recovery-help = One of the ten codes you were given. Each works once.
code-cancel = Sign in as somebody else
code-no-match = This code does not fit, or it was used already. Wait for the next one and type that.
code-stopped = There were a hundred wrong codes in a row, so no further one counts here. Sign in from a device you have used before, or ask your practice for a new way in.
code-wait = There were too many wrong codes. The next try counts from { $time } on.

verify-tab = Is it you?
verify-heading = Is it still you?
verify-text = This asks once more who you are, so that nobody does it at a screen you left open. It then holds for five minutes. Nothing you typed is lost.
verify-demonstration = In a demonstration nobody real is behind this, so pressing the button is enough.
verify-not-now = Not now

factor-heading = Add a second step
factor-why = besides your password, you give a code from your phone. It keeps the records of others safe if somebody learns your password.
factor-step-app = Open an authenticator app on your phone. Any of them will do.
factor-step-scan = Let it read this picture.
factor-picture = Picture for the authenticator app. The same stands below as text.
factor-secret = Or type this into the app:
factor-step-code = Type the six digits it shows.
factor-code-help = The app shows a new code every half minute.

recovery-heading = Your recovery codes
recovery-text = If your phone is lost, one of these codes lets you in instead. Each works once.
recovery-once = They are shown only now. Print them, or write them down, and keep them where you keep your papers.
recovery-kept = I have kept them, go on

join-heading = Welcome
join-text = { $name }, you are invited to { $practice }. Choose a password to sign in with.
join-next-staff = Next you add a second step on your phone. It takes two minutes.
join-button = Go on
reset-heading = Choose a new password
reset-text = { $name }, choose a new password for { $practice }. The old one ends now.
reset-next = Next you give the code from your phone, as always.

set-up-heading = Set up your practice
set-up-text = You are the first person here. You run the practice and invite the others.
set-up-treats = What do you do here?
set-up-treats-too = I run the practice and treat clients
set-up-treats-not = I run the practice

password-new = New password
password-help = At least { $least } characters. Several words in a row are easy to keep in mind. You can paste it.
password-too-short = Use at least { $least } characters. A short sentence will do.
password-too-long = This is longer than can be kept. Use fewer than { $most } characters.
password-common = This is one of the first that anybody would try. Take another one.
password-about = This is mostly a name that others know. Take another one.
problem-roles = Choose at least one role.
