# Dates, times and numbers.

date = { $day } { $month } { $year }
weekday-date = { $weekday } { $date }
short-date = { $day } { $month }
moment = { $date }, { $time } ({ $place })
short-moment = { $date }, { $time }

weekday-mon = Mon
weekday-tue = Tue
weekday-wed = Wed
weekday-thu = Thu
weekday-fri = Fri
weekday-sat = Sat
weekday-sun = Sun

month-jan = Jan
month-feb = Feb
month-mar = Mar
month-apr = Apr
month-may = May
month-jun = Jun
month-jul = Jul
month-aug = Aug
month-sep = Sep
month-oct = Oct
month-nov = Nov
month-dec = Dec

day-today = today
day-yesterday = yesterday
day-tomorrow = tomorrow
just-now = just now
minutes-ago = { $count ->
    [one] { $count } minute ago
   *[other] { $count } minutes ago
}
hours-ago = { $count ->
    [one] { $count } hour ago
   *[other] { $count } hours ago
}
days-ago = { $count ->
    [one] { $count } day ago
   *[other] { $count } days ago
}
weeks-ago = { $count ->
    [one] { $count } week ago
   *[other] { $count } weeks ago
}
months-ago = { $count ->
    [one] { $count } month ago
   *[other] { $count } months ago
}
years-ago = { $count ->
    [one] { $count } year ago
   *[other] { $count } years ago
}
days-ahead = { $count ->
    [one] in { $count } day
   *[other] in { $count } days
}
weeks-ahead = { $count ->
    [one] in { $count } week
   *[other] in { $count } weeks
}
months-ahead = { $count ->
    [one] in { $count } month
   *[other] in { $count } months
}
years-ahead = { $count ->
    [one] in { $count } year
   *[other] in { $count } years
}

# Between groups of three digits: 12,400
thousands-mark = ,
# Between whole and tenths: 4.5
decimal-mark = .
