# The audit trail as the privacy officer searches it, and who opened one record.

nav-trail = Who opened what
trail-lede = Every look at a record and every change leaves a line here. Reading this page leaves one too.
trail-from = From
trail-to = To
trail-whose = Whose record
trail-action = What was done
trail-result = Result
trail-class = Kind of record
trail-sort = Sorted by
trail-order = Order
trail-up = first to last
trail-down = last to first
trail-any = Any
trail-anybody = Anybody's
trail-why = Why
trail-thing = Where
trail-count = { $count ->
    [one] One line
   *[other] { $count } lines
}
trail-more = More lines
trail-download = Download as CSV
trail-download-text = The file holds every line of this search, up to { $count }: when, who by name and id, for whom, what, result, why, from where, and whose record by id only. What was written in a record is not in it.
trail-empty-title = No line fits
trail-empty-text = Choose a longer period, or narrow the search less.
trail-sort-by = sort by { $column }
trail-by-link = somebody with a one-time link
trail-visitor = somebody not signed in

deed-read-staff-audit = read the trail of staff events
deed-read-audit = searched the audit trail
deed-read-caseload = looked at the list of clients
deed-create-client = registered a client
deed-read-identity = looked at who the client is
deed-write-identity = opened or changed who the client is
deed-read-chart = read the record of the therapy
deed-write-chart = wrote in the record of the therapy
deed-sign-chart = signed in the record of the therapy
deed-read-own-history = looked at who opened the record
deed-read-shared = read what is shared with the client
deed-write-shared = wrote in the client's own space
deed-answer-measures = opened or answered a questionnaire
deed-checkpoint = signed a checkpoint of the trail
deed-export = took lines of the trail out

class-k1 = identity and contact
class-k2 = billing
class-k3 = record of the therapy
class-k4 = client's own space
class-k5 = psychotherapy notes
class-k8 = consents and disclosures
class-k9 = audit trail
class-k10 = people and settings

why-treats = treats the client
why-covers = stands in for the treating therapist
why-supervises = supervises the therapy
why-no-rule = no rule allows it
why-no-client = no such client here
why-not-fresh = the second step was too long ago
why-second-factor-missing = second step missing

history-heading = Who opened your record
history-heading-staff = Who opened the record
history-lede = Everybody who looks at your record, or changes it, leaves a line here. Nobody can switch that off, and a line that is changed or taken away is noticed.
history-lede-staff = Everybody who looks at this client's record, or changes it, leaves a line here. The client sees the same.
history-ask = If something here surprises you, ask about it: your therapist, or { $officers }, who watches over this in your practice. You do not need a reason to ask.
history-ask-nobody = If something here surprises you, ask your therapist about it. You do not need a reason to ask.
history-you = You
history-the-client = The client
history-link = Somebody with a link made for you
history-link-staff = Somebody with a link made for the client
history-operator = The program
history-unknown = Somebody who is not here any more
history-person = { $name }, { $role }
history-tried = was not let in: { $deed }
history-once = at { $first }
history-times = { $count } times, { $first } to { $last }
history-older = Earlier days
history-empty-title = Nobody yet
history-empty-text = As soon as somebody opens the record, it stands here.
history-card = Who opened your record
history-card-text = Every look at your record is written down, and you can read it.
history-see = See who opened it
