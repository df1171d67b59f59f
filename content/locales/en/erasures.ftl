# How long records are kept, legal holds, and erasing.

nav-erasures = Keeping and erasing
erasures-heading = Keeping and erasing
erasures-years = { $years ->
    [one] This practice keeps a record for one year after the last contact
   *[other] This practice keeps a record for { $years } years after the last contact
}, and of somebody who was a minor for that long after they came of age.
erasures-years-default = Nobody has set another time; your administrator can, on the page of the practice.
erasures-quiet = No contact for that long
erasures-quiet-text = Nobody is named here. Opening a record says whose it is and until when it must stay, and is on record.
erasures-quiet-none = No record is that old.
erasures-last-contact = Last contact
erasures-record = Record
erasures-open = Look at it
erasures-holds = Legal holds
erasures-holds-none = No record is on hold.
erasures-ledger = What was erased
erasures-ledger-text = All that remains: an identifier that names nobody, when, and why. Who did it is in the audit trail. The list is applied again to any backup that is put back.
erasures-ledger-none = Nothing was erased yet.
erasures-when = When
erasures-why = Why
erasures-id = Identifier
erasures-reason-passed = The time for which it had to be kept is over
erasures-reason-asked = The client asked for it, after that time
erasures-retention = How long it is kept
erasures-kept-for = Kept for
erasures-kept-years = { $years ->
    [one] one year
   *[other] { $years } years
}
erasures-possible-from = May be erased from
erasures-may = This record may be erased
erasures-held = A legal hold keeps this record
erasures-too-early = This record may be erased from { $date } on
erasures-hold = Legal hold
erasures-hold-text = While a hold stands, the record is not erased, however old it is.
erasures-hold-reason = Why it is to be kept
erasures-hold-help = For example the reference of a court or a complaint.
erasures-hold-button = Set the hold
erasures-hold-since = Since { $when }:
erasures-lift = Lift the hold …
erasures-lift-text = The record may then be erased once its time is over.
erasures-lift-button = Lift the hold
erasures-erase = Erase this record
erasures-erase-open = Erase this record …
erasures-erase-title = This cannot be undone by anybody
erasures-erase-text = The keys of this record are destroyed. Identity, chart, measures, messages and psychotherapy notes can then never be read again, in this database or in a backup that is put back.
erasures-erase-left = What stays: one line in the list of erasures, without a name, and the audit trail.
erasures-name = The client’s name
erasures-name-help = Type it as it is written here, so that the right record ends: { $name }
erasures-name-problem = This is not the name as it is written. Nothing was erased.
erasures-erase-button = Erase it for good
error-erased-title = This record was erased
error-erased-text = The time for which it had to be kept was over, and its keys were destroyed. Nobody can read it any more. Nothing you did went wrong.
retention-title = How long records are kept
retention-years = Years after the last contact
retention-help = Seven is what the American Psychological Association advises; your law may ask for more (ten in Germany). Of minors, the years count from their coming of age.
deed-read-erasures = looked at what was kept and erased
deed-manage-retention = looked at or changed how long a record is kept
deed-erase-client = erased the record
why-erased = the record was erased
erasures-from-trail = How long it is kept
