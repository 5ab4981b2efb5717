/** CPR numbers in what a visitor writes. The rules are those of chatbots/safety/masking.py, for plain digits. */

const DOTS = "•••••";
/** What stands between digits: dashes of every kind, as word processors put them, among it. */
const GAP = String.raw`[ \u00a0./_\-\u2010-\u2015]`;
const PATTERNS = [
  [String.raw`(?<!\d)(\d\d)${GAP}{0,2}(\d\d)${GAP}{0,2}((?:18|19|20)?\d\d)(?:${GAP}|[\s,:;]){0,3}(\d{4})(?!\d)`, "g"],
  [String.raw`(?<!\d)(\d\d)(\d\d)(\d\d)${GAP}?((?=[a-z]*\d)(?=\d*[a-z])[\da-z]{4})\b`, "gi"],
  [String.raw`(?<!\d)${Array(10).fill(String.raw`(\d)`).join(`${GAP}{1,3}`)}(?!${GAP}?\d)`, "g"],
].map(([pattern, flags]) => new RegExp(pattern, flags));

/** Return the first CPR number in `text` as `{index, number}`, or null. */
export function findCpr(text) {
  for (const pattern of PATTERNS) {
    for (const match of text.matchAll(pattern)) {
      if (isBirthDate(...parts(match))) return { index: match.index, number: match[0] };
    }
  }
  return null;
}

/** Return `text` with dots for every CPR number. */
export function maskCpr(text) {
  for (let found; (found = findCpr(text)); ) {
    text = text.slice(0, found.index) + DOTS + text.slice(found.index + found.number.length);
  }
  return text;
}

/** Return day, month, year and serial number. */
function parts([, ...groups]) {
  if (groups.length === 4) return groups;
  const digits = groups.join("");
  return [digits.slice(0, 2), digits.slice(2, 4), digits.slice(4, 6), digits.slice(6)];
}

function isBirthDate(day, month, year, serial) {
  const number = day > 60 ? day - 60 : Number(day); // A replacement number has 60 added to its day.
  const years = year.length === 4 ? [Number(year)] : centuries(serial[0], year).map((century) => century + Number(year));
  return month >= 1 && month <= 12 && years.some((one) => number >= 1 && number <= new Date(one, month, 0).getDate());
}

/** The serial number's first digit tells the century of a year with two digits. */
function centuries(seventh, year) {
  if (!/\d/.test(seventh)) return [1900, 2000];
  if (seventh <= 3) return [1900];
  if (seventh == 4 || seventh == 9) return [year <= 36 ? 2000 : 1900];
  return [year <= 57 ? 2000 : 1800];
}
