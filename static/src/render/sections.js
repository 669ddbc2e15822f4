// Where a new part of a reasoning begins, and what it is called.

/** @typedef {import('./rows.js').Row} Row */

const HEADING = /^\s{0,3}#{1,6}\s+(.+?)\s*#*\s*$/
const BOLD = /^\s*\*\*([^*]+?)\*\*[:.]?\s*$/
const STEP = /^\s*(?:\*\*)?((?:Step|Case|Part|Claim|Lemma|Stage|Method|Approach|Substep)\s*[\dIVX]+[^\n]*)/
const LONG_PART = 24 // rows after which the next paragraph begins a part even without a heading
const TITLE = 64

/**
 * How a row begins a part: 'heading' rows become the title, 'step' rows are titled and shown.
 * @param {Row} row
 * @returns {{title: string, shown: boolean} | null}
 */
export function headingOf (row) {
  if (row.kind !== 'text' || row.cont) return null
  const heading = HEADING.exec(row.raw) ?? BOLD.exec(row.raw)
  if (heading?.[1]) return { title: bare(heading[1]), shown: false }
  const step = STEP.exec(row.raw)
  if (step?.[1]) return { title: shortened(step[1]), shown: true }
  return null
}

/** @param {number} rows in the part so far @param {boolean} afterBlank */
export function longEnough (rows, afterBlank) {
  return afterBlank ? rows >= LONG_PART : rows >= 4 * LONG_PART
}

/** A title cut from a line: its first clause, mathematics kept whole. @param {string} raw */
export function shortened (raw) {
  const line = bare(raw.split('\n')[0] ?? '')
  const clause = /^.{12,}?[.;:?!](?=\s)/.exec(line)?.[0].replace(/[.;:]$/, '') ?? line
  if (clause.length <= TITLE) return clause
  let cut = clause.lastIndexOf(' ', TITLE)
  const opened = (/** @type {string} */ s) => (s.match(/\\\(|(?<!\\)\$/g)?.length ?? 0) - (s.match(/\\\)/g)?.length ?? 0)
  while (cut > 20 && !balanced(clause.slice(0, cut), opened)) cut = clause.lastIndexOf(' ', cut - 1)
  return clause.slice(0, cut > 20 ? cut : TITLE) + ' …'
}

/** @param {string} text @param {(s: string) => number} opened */
function balanced (text, opened) {
  return opened(text) % 2 === 0 && (text.split('\\(').length === text.split('\\)').length)
}

/** Without the marks of emphasis. @param {string} text */
function bare (text) {
  return text.replace(/\*\*|__|`|^#+\s*/g, '').replace(/[:：]\s*$/, '').trim()
}
