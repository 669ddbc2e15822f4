// Tells mathematics from text. Everything that shows a formula goes through `splitMath`.

/**
 * @typedef {{type: 'text', raw: string}} TextPiece
 * @typedef {{type: 'math', raw: string, tex: string, display: boolean}} MathPiece
 * @typedef {{type: 'open', raw: string, multiline: boolean}} OpenPiece  a formula not closed yet
 * @typedef {TextPiece | MathPiece | OpenPiece} Piece
 */

const ENVIRONMENTS =
  /^\\begin\{((?:align|alignat|aligned|equation|gather|gathered|multline|eqnarray|split|cases|array|[pbBvV]?matrix)\*?)\}/
const NEXT = /[\\$`]/g

/**
 * Cut text into pieces whose `raw` parts joined are the text again.
 * At most one piece is open, and it is the last.
 * @param {string} text
 * @returns {Piece[]}
 */
export function splitMath (text) {
  /** @type {Piece[]} */
  const pieces = []
  let done = 0 // everything before is in `pieces`
  let at = 0
  const push = (/** @type {Piece} */ piece, /** @type {number} */ from) => {
    if (from > done) pieces.push({ type: 'text', raw: text.slice(done, from) })
    pieces.push(piece)
    at = done = from + piece.raw.length
  }
  while (at < text.length) {
    NEXT.lastIndex = at
    const hit = NEXT.exec(text)
    if (!hit) break
    at = hit.index
    const found = hit[0] === '`' ? null : formulaAt(text, at)
    if (found) push(found, at)
    else at += hit[0] === '`' ? codeSpan(text, at) : text[at] === '\\' ? 2 : 1
  }
  if (done < text.length) pieces.push({ type: 'text', raw: text.slice(done) })
  return pieces
}

/**
 * The formula that begins at `at`, or null if what stands there is text.
 * @param {string} text
 * @param {number} at
 * @returns {MathPiece | OpenPiece | null}
 */
function formulaAt (text, at) {
  const two = text.slice(at, at + 2)
  if (two === '\\(') return delimited(text, at, '\\(', '\\)', false)
  if (two === '\\[') return delimited(text, at, '\\[', '\\]', true)
  if (two === '$$' && /^\$\$\d[\d,.]*\$(?!\$)/.test(text.slice(at, at + 30))) return null // "$" and then a number
  if (two === '$$') return delimited(text, at, '$$', '$$', true)
  if (text[at] === '$') return dollar(text, at)
  if (text.startsWith('\\begin{', at)) return environment(text, at)
  if (text.startsWith('\\boxed{', at)) return boxed(text, at)
  return null
}

/**
 * @param {string} text
 * @param {number} at
 * @param {string} opener
 * @param {string} closer
 * @param {boolean} display
 * @returns {MathPiece | OpenPiece}
 */
function delimited (text, at, opener, closer, display) {
  const from = at + opener.length
  let end = from
  for (;;) {
    end = text.indexOf(closer, end)
    if (end < 0) return { type: 'open', raw: text.slice(at), multiline: true }
    if (!escaped(text, end)) break
    end += 1
  }
  const raw = text.slice(at, end + closer.length)
  return { type: 'math', raw, tex: text.slice(from, end), display }
}

/** Whether the character at `at` stands after an odd run of backslashes. */
function escaped (/** @type {string} */ text, /** @type {number} */ at) {
  let count = 0
  while (text[at - 1 - count] === '\\') count += 1
  return count % 2 === 1
}

/**
 * `$…$` opens before a non-space and closes after a non-space that no digit follows, so that
 * "$5 and $7" stays money. Braces are minded, for `$\text{if $x$}$`.
 * @param {string} text
 * @param {number} at
 * @returns {MathPiece | OpenPiece | null}
 */
function dollar (text, at) {
  const next = text[at + 1]
  if (next === undefined) return { type: 'open', raw: text.slice(at), multiline: false }
  if (/\s/.test(next)) return spaced(text, at)
  let end = closingDollar(text, at + 1, true)
  if (end < 0) end = closingDollar(text, at + 1, false)
  if (end >= 0) {
    return { type: 'math', raw: text.slice(at, end + 1), tex: text.slice(at + 1, end), display: false }
  }
  const loose = spaced(text, at)
  if (loose || /[\d.]/.test(next)) return loose
  return { type: 'open', raw: text.slice(at), multiline: true }
}

/**
 * Models also write `$ 8 + 2 = 10 $`: taken when what stands between cannot be prose.
 * @param {string} text
 * @param {number} at
 * @returns {MathPiece | null}
 */
function spaced (text, at) {
  const match = /^\$((?:\\.|[^$\\\n])+)\$(?!\d)/.exec(text.slice(at, at + 400))
  const tex = match?.[1]
  if (!match || !tex) return null
  const words = tex.replace(/\\(?:text|mathrm|operatorname)\{[^}]*\}|\\[a-zA-Z]+/g, ' ').match(/[A-Za-z]{3,}/g)
  const signs = /[=+^_\\<>*/≡-]/.test(tex) || /^\s*(?:[A-Za-z]|\d[\d.,]*)\s*$/.test(tex)
  return !words && signs ? { type: 'math', raw: match[0], tex, display: false } : null
}

/** @param {string} text @param {number} from @param {boolean} minded */
function closingDollar (text, from, minded) {
  let depth = 0
  for (let i = from; i < text.length; i++) {
    const c = text[i]
    if (c === '\\') i += 1
    else if (c === '\n' && text[i + 1] === '\n') return -1
    else if (minded && c === '{') depth += 1
    else if (minded && c === '}') depth -= 1
    else if (c === '$' && depth <= 0 && i > from && !/\s/.test(text[i - 1] ?? '') && !/\d/.test(text[i + 1] ?? '')) {
      return i
    }
  }
  return -1
}

/**
 * @param {string} text
 * @param {number} at
 * @returns {MathPiece | OpenPiece | null}
 */
function environment (text, at) {
  const match = ENVIRONMENTS.exec(text.slice(at, at + 30))
  if (!match) return null
  const closer = `\\end{${match[1]}}`
  const end = text.indexOf(closer, at)
  if (end < 0) return { type: 'open', raw: text.slice(at), multiline: true }
  const raw = text.slice(at, end + closer.length)
  return { type: 'math', raw, tex: raw, display: true }
}

/**
 * `\boxed{…}` outside a formula: models write the answer so.
 * @param {string} text
 * @param {number} at
 * @returns {MathPiece | OpenPiece | null}
 */
function boxed (text, at) {
  let depth = 0
  for (let i = at + 6; i < text.length && text[i] !== '\n'; i++) {
    if (text[i] === '\\') i += 1
    else if (text[i] === '{') depth += 1
    else if (text[i] === '}' && --depth === 0) {
      const raw = text.slice(at, i + 1)
      return { type: 'math', raw, tex: raw, display: false }
    }
  }
  return { type: 'open', raw: text.slice(at), multiline: false }
}

/** How far a code span (or a lone run of backticks) reaches: nothing inside is mathematics. */
function codeSpan (/** @type {string} */ text, /** @type {number} */ at) {
  let ticks = 1
  while (text[at + ticks] === '`') ticks += 1
  const fence = '`'.repeat(ticks)
  const line = text.indexOf('\n', at)
  let end = at + ticks
  for (;;) {
    end = text.indexOf(fence, end)
    if (end < 0 || (line >= 0 && end > line)) return ticks
    if (text[end + ticks] !== '`') return end + ticks - at
    while (text[end] === '`') end += 1
  }
}
