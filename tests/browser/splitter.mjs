// Every prefix of a text must give rows that the whole text has too, and lose no character.
// Reads {"texts": […], "every": n} from standard input; prints {"prefixes", "problems"}.
import { splitMath } from '../../static/src/math/pieces.js'
import { RowScanner, rowsOf } from '../../static/src/render/rows.js'

const input = JSON.parse(await new Response(process.stdin).text())
const problems = []
let prefixes = 0

function check (text, every) {
  const whole = rowsOf(text)
  if (whole.map((row) => row.raw).join('') !== text) problems.push(['lost', text.slice(0, 80)])
  let line = 0
  for (const row of whole) {
    if (row.line !== line && !row.cont) problems.push(['line', row.raw])
    line = row.last + (row.raw.endsWith('\n') ? 1 : 0)
  }
  const scanner = new RowScanner()
  for (let n = 0; n < text.length; n += every) {
    scanner.feed(text.slice(n, n + every))
    const end = Math.min(n + every, text.length)
    const shown = scanner.rows.map((row) => row.raw).join('') + (scanner.tail?.raw ?? '')
    if (shown !== text.slice(0, end)) problems.push(['prefix', text.slice(0, end).slice(-60)])
    const frozen = scanner.rows.length
    for (let i = Math.max(0, frozen - 3); i < frozen; i++) {
      const [a, b] = [scanner.rows[i], whole[i]]
      if (a.raw !== b?.raw || a.kind !== b.kind || a.line !== b.line) problems.push(['frozen', JSON.stringify([a, b])])
    }
    const pieces = splitMath(scanner.tail?.raw ?? '')
    if (pieces.map((piece) => piece.raw).join('') !== (scanner.tail?.raw ?? '')) problems.push(['pieces', scanner.tail?.raw])
    prefixes += 1
  }
  scanner.finish()
  if (JSON.stringify(scanner.rows) !== JSON.stringify(whole)) problems.push(['final', text.slice(0, 80)])
}

for (const text of input.texts) {
  try {
    check(text, input.every ?? 1)
  } catch (error) {
    problems.push(['thrown', String(error), text.slice(0, 80)])
  }
}
console.log(JSON.stringify({ prefixes, problems: problems.slice(0, 20) }))
