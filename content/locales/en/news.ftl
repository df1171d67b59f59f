# What happened to somebody's way in, shown before anything else after signing in.

news-tab = News about your account
news-heading = Before you go on
news-when = { $when }, from { $origin }.
news-own-text = If that was you, all is well. If it was not: end every other session and tell the practice's administrators now, then change your password.
news-others-text = If you did not expect this, ask the person, not by a message that could come from somebody else.
news-was-me = That was me
news-read = I have read this
news-not-me = That was not me: end all other sessions
news-password-reset = Your password was changed by a recovery link
news-password-changed = Your password was changed
news-recovery-code = A recovery code was used in place of your second step
news-factor-set = A second step was set up for your account
news-factor-removed = The second step of your account was turned off
news-codes-renewed = New recovery codes were made for your account
news-started-anew = Your account was started anew by an administrator
news-passkey-added = A passkey was added to your account
news-passkey-removed = A passkey of your account was removed
news-passkey-copied = A passkey of yours was refused, because it may have been copied: remove it, and add a new one
news-of-password-reset = { $name }: the password was changed by a recovery link
news-of-password-changed = { $name }: the password was changed
news-of-recovery-code = { $name }: a recovery code was used in place of the second step
news-of-factor-set = { $name }: a second step was set up
news-of-factor-removed = { $name }: the second step was turned off
news-of-codes-renewed = { $name }: new recovery codes were made
news-of-started-anew = { $name }: the account was started anew
news-of-passkey-added = { $name }: a passkey was added
news-of-passkey-removed = { $name }: a passkey was removed
news-of-passkey-copied = { $name }: a passkey was refused, because it may have been copied
news-of-disowned = { $name } says that a change of their way in was not theirs; their other sessions have ended

news-found = The nightly check found something
news-found-text = A part of the database is not as it was written, or the check could not be done. What it is, what is safe and what to do next stands on a page of its own, until somebody has said what was done.
news-found-see = See what was found
news-found-later = Later
