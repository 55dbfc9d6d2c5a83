// Compares Rota's computed bank holidays, 1970 to 2099, with an independent source: date-holidays
// from npm. Every difference must be one of those below, each with its reason and source; each of
// those must still be a difference, so that none is left over. Weekends are left out: closed anyway.
//
//   node compare.mjs PROGRAM     PROGRAM prints "division date title" lines
import { execFileSync } from 'node:child_process'
import Holidays from 'date-holidays'

const ACT = 'Banking and Financial Dealings Act 1971, schedule 1'
const EVERYWHERE = ['england-and-wales', 'scotland', 'northern-ireland']
const NOT_SCOTLAND = ['england-and-wales', 'northern-ireland']
const STATES = { 'england-and-wales': 'ENG', scotland: 'SCT', 'northern-ireland': 'NIR' }

// date-holidays knows today's rules for every year, and some of the days that were given once.
const EXPLAINED = [
  { where: NOT_SCOTLAND, other: 'New Year', until: 1973,
    why: 'a bank holiday from 1974 on (HC Deb 30 July 1973; royal proclamation)' },
  { where: NOT_SCOTLAND, other: 'Early May', until: 1977,
    why: 'a bank holiday from 1978 on (announced 30 March 1976)' },
  { where: ['scotland'], other: 'Spring', until: 1977,
    why: 'by proclamation from 1978 on; not in ' + ACT },
  { where: ['scotland'], other: 'January 2nd', until: 1972, why: ACT + ': from 1973 on' },
  { where: ['scotland'], other: 'New Year', dates: ['1972-01-04'],
    why: 'without a 2nd January holiday the substitute of Saturday 1 January is Monday the 3rd' },
  { where: ['scotland'], other: 'Boxing', until: 1973, why: 'by proclamation from 1974 on' },
  { where: ['scotland'], other: 'St Andrew', until: 2006,
    why: "St Andrew's Day Bank Holiday (Scotland) Act 2007" },
  { where: NOT_SCOTLAND, other: 'Boxing', dates: ['1970-12-28'],
    why: '25 and 26 December, a Saturday, were kept (HC Deb 11 November 1970 vol 806 c212W)' },

  { where: EVERYWHERE, ours: 'Princess Anne', dates: ['1973-11-14'],
    why: 'royal wedding (BBC On This Day, 14 November)' },
  { where: NOT_SCOTLAND, other: 'Spring', dates: ['1977-05-30'],
    why: 'moved to 6 June (HC Deb 19 January 1977 vol 924 c191W)' },
  { where: NOT_SCOTLAND, ours: 'Spring', dates: ['1977-06-06'], why: 'as above' },
  { where: NOT_SCOTLAND, ours: 'Silver Jubilee', dates: ['1977-06-07'], why: 'as above' },
  { where: EVERYWHERE, ours: 'Prince of Wales', dates: ['1981-07-29'],
    why: 'royal wedding (BBC On This Day, 29 July)' },
  { where: EVERYWHERE, other: 'Early May', dates: ['1995-05-01'],
    why: 'moved to 8 May: fifty years since VE Day' },
  { where: EVERYWHERE, ours: 'VE day', dates: ['1995-05-08'], why: 'as above' },
  { where: EVERYWHERE, ours: 'Millennium', dates: ['1999-12-31'],
    why: 'extra bank holiday (BBC News, 23 June 1999)' },
  { where: EVERYWHERE, other: 'Spring', dates: ['2002-05-27', '2012-05-28'],
    why: 'moved to 4 June for the Golden and the Diamond Jubilee' },
  { where: EVERYWHERE, ours: 'Spring', dates: ['2002-06-04', '2012-06-04'], why: 'as above' },
  { where: EVERYWHERE, ours: 'Golden Jubilee', dates: ['2002-06-03'], why: 'as above' },
  { where: EVERYWHERE, ours: 'Prince William', dates: ['2011-04-29'],
    why: 'royal wedding (BBC News, 23 November 2010)' },
  { where: ['scotland'], ours: 'World Cup', dates: ['2026-06-15'],
    why: 'royal proclamation of 3 February 2026; gov.scot/news/world-cup-bank-holiday-confirmed' },
]

function isWeekday(date) {
  const day = new Date(date + 'T00:00:00Z').getUTCDay()
  return day > 0 && day < 6
}

function readOurs(program) {
  const days = new Map(EVERYWHERE.map((division) => [division, new Map()]))
  const text = execFileSync(program, { encoding: 'utf8', maxBuffer: 1 << 24 })
  for (const line of text.trim().split('\n')) {
    const [, division, date, title] = /^(\S+) (\S+) (.+)$/.exec(line)
    if (isWeekday(date)) days.get(division).set(date, title)
  }
  return days
}

function readOthers(division) {
  const source = new Holidays('GB', STATES[division])
  const days = new Map()
  for (let year = 1970; year <= 2099; year++) {
    for (const holiday of source.getHolidays(year, 'en')) {
      const date = holiday.date.slice(0, 10)
      if (holiday.type === 'public' && isWeekday(date)) days.set(date, holiday.name)
    }
  }
  return days
}

function explanation(division, side, date, title) {
  return EXPLAINED.find((one) => one.where.includes(division) && one[side] !== undefined &&
    title.includes(one[side]) &&
    (one.dates ? one.dates.includes(date) : Number(date.slice(0, 4)) <= one.until))
}

const ours = readOurs(process.argv[2])
const used = new Set()
let same = 0
let explained = 0
const wrong = []
for (const division of EVERYWHERE) {
  const theirs = readOthers(division)
  const mine = ours.get(division)
  for (const [date, title] of mine) {
    if (theirs.has(date)) same++
  }
  const sides = [
    ['ours', [...mine].filter(([date]) => !theirs.has(date))],
    ['other', [...theirs].filter(([date]) => !mine.has(date))],
  ]
  for (const [side, days] of sides) {
    for (const [date, title] of days) {
      const reason = explanation(division, side, date, title)
      if (reason) {
        used.add(reason)
        explained++
      } else {
        const who = side === 'ours' ? 'Rota' : 'date-holidays'
        wrong.push(`${division} ${date}: only ${who} has "${title}"`)
      }
    }
  }
}
for (const one of EXPLAINED) {
  if (!used.has(one)) wrong.push(`no difference any more: ${one.where} ${one.ours ?? one.other} ${one.dates ?? one.until}`)
}
console.log(`${same} days agree, ${explained} differences are explained, ${wrong.length} are not`)
for (const line of wrong) console.log('  ' + line)
process.exit(wrong.length === 0 && same > 3000 ? 0 : 1)
