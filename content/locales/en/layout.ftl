# The frame round every page.

app-name = Attune
skip-to-content = Skip to the content
nav-label = Main
paging-label = Pages of this list
paging-place = Page { $number } of { $of }
paging-back = Page before
paging-on = Next page
account-nav-label = Your account
crumbs-label = You are here
sign-out = Sign out
account = Your account
help = Help
quick-exit = Leave now
quick-exit-hint = Opens the weather in place of this page. Your browser may still list this page in its history.
page-title = { $title } · Attune
footer-promise = No trackers. Nothing on this page is sent to anyone but your practice.

# What the page says while it keeps your work (shown by the enhancement script).
save-device = Saved on this device { $time }
save-sending = Sending
save-sent = Sent { $time }
save-offline = No connection: safe on this device, will send
save-signed-out = You are signed out: safe on this device. Sign in in another tab, then go on here.
save-conflict = Somebody else changed this page. Your text is safe on this device. Use Save to see both.
save-refused = Not taken yet: the form needs a correction. Your text is safe on this device.
draft-found = This device holds a newer draft from { $time }.
draft-restore = Put the draft back
draft-discard = Remove the draft
idle-warning = You will be signed out in about a minute, because nothing was saved or opened for a while. Your drafts stay on this device.
idle-stay = Stay signed in
session-last-minutes = You will be signed out at { $time }
session-last-minutes-text = A session lasts twelve hours at most; this cannot be put off. Save what you are writing, then sign in again.
session-ends-soon = You will be signed out in about two minutes, twelve hours after you signed in. This cannot be put off. What you have written is kept as a draft on this device: sign in again and go on.
session-again = Sign in again
