# One's own account.

account-you = You
account-signs-in-with = You sign in with { $email }.
password-present = Present password
password-change = Change the password
password-wrong = This is not your present password, or there were too many tries.
password-ends-sessions = Wherever else you are signed in, you are signed out.
factor-title = Second step
factor-on = On
factor-off = You sign in with your password alone. A code from your phone makes it safer.
factor-off-passkey = You have passkeys. A code from your phone can stand beside them, for browsers that have none.
factor-add = Add a second step
factor-change = Use another phone
factor-remove = Turn it off
codes-left = { $count ->
    [0] No recovery codes are left. Make new ones.
    [one] One recovery code is left. Make new ones soon.
   *[other] { $count } recovery codes are left.
}
recovery-renew = Make new recovery codes
sessions-title = Where you are signed in
sessions-end-all = Sign out everywhere
session-device = Device
session-since = Since
session-seen = Last used
session-deed = Sign out there
session-end = Sign out
session-here = this one
session-browser = { $browser } on { $system }
session-unknown = unknown
