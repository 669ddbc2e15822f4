// Markdown with mathematics → nodes. The lexer is marked's; no HTML string is ever parsed: raw
// HTML in a text is shown as the characters it is.

import { Lexer } from 'marked'
import { el } from '../dom.js'
import { formula } from '../math/typeset.js'
import { splitMath } from '../math/pieces.js'
import { highlightPython } from './python.js'

/** @typedef {import('marked').Token} Token */
/** @typedef {import('../math/pieces.js').Piece} Piece */

// Formulas are taken out before Markdown sees the text (`\(` is an escape there, `_` emphasis) and
// stand for it as private-use characters.
const MARK = /\uE000(\d+)\uE001/
const MARKS = /\uE000\d+\uE001/g
const ENTITIES = /** @type {Record<string, string>} */ ({
  '&lt;': '<', '&gt;': '>', '&amp;': '&', '&quot;': '"', '&#39;': "'", '&nbsp;': '\u00a0'
})

/**
 * The nodes of one row or of a whole text.
 * @param {string} source
 * @returns {Node[]}
 */
export function markdown (source) {
  const { text, formulas } = withoutMath(source)
  const tokens = new Lexer({ gfm: true }).lex(text)
  return tokens.flatMap((token) => block(token, formulas))
}

/** Inline nodes: one line without headings, lists or code blocks. @param {string} source */
export function inlineMarkdown (source) {
  const { text, formulas } = withoutMath(source)
  return inlines(Lexer.lexInline(text, { gfm: true }), formulas)
}

/** @param {string} source */
function withoutMath (source) {
  /** @type {Node[]} */
  const formulas = []
  let text = ''
  for (const piece of splitMath(source)) {
    if (piece.type === 'text') text += piece.raw.replace(/[\uE000\uE001]/g, '\uFFFD')
    else text += `\uE000${formulas.push(formulaOf(piece)) - 1}\uE001`
  }
  return { text, formulas }
}

/** @param {Exclude<Piece, import('../math/pieces.js').TextPiece>} piece */
function formulaOf (piece) {
  if (piece.type === 'math') return formula(piece.tex, piece.display)
  return el('span', { class: 'tex-open', textContent: piece.raw })
}

/** @param {Token} token @param {Node[]} formulas @returns {Node[]} */
function block (token, formulas) {
  const t = /** @type {any} */ (token)
  const inner = () => inlines(t.tokens ?? [], formulas)
  const blocks = (/** @type {Token[]} */ tokens) => tokens.flatMap((child) => block(child, formulas))
  switch (t.type) {
    case 'space': case 'def': return []
    case 'heading': return [el('p', { class: 'heading' }, ...inner())]
    case 'paragraph': return [el('p', {}, ...inner())]
    case 'text': return t.tokens ? inner() : withMath(t.text, formulas)
    case 'code': return [code(restored(t.text, formulas), t.lang ?? '')]
    case 'hr': return [el('hr')]
    case 'blockquote': return [el('blockquote', {}, ...blocks(t.tokens))]
    case 'list': return [el(t.ordered ? 'ol' : 'ul', { start: t.ordered && t.start !== 1 ? String(t.start) : null },
      ...t.items.map((/** @type {any} */ item) => el('li', {}, ...blocks(item.tokens))))]
    case 'table': return [table(t, formulas)]
    default: return [el('p', {}, ...withMath(t.raw, formulas))]
  }
}

/** @param {any} t @param {Node[]} formulas */
function table (t, formulas) {
  const row = (/** @type {any[]} */ cells, /** @type {'th' | 'td'} */ tag) =>
    el('tr', {}, ...cells.map((cell) => el(tag, {}, ...inlines(cell.tokens, formulas))))
  return el('div', { class: 'scroll', tabIndex: 0 }, el('table', {},
    el('thead', {}, row(t.header, 'th')),
    el('tbody', {}, ...t.rows.map((/** @type {any[]} */ cells) => row(cells, 'td')))))
}

/** @param {Token[]} tokens @param {Node[]} formulas @returns {Node[]} */
function inlines (tokens, formulas) {
  return tokens.flatMap((token) => inline(/** @type {any} */ (token), formulas))
}

/** @param {any} t @param {Node[]} formulas @returns {Node[]} */
function inline (t, formulas) {
  switch (t.type) {
    case 'strong': case 'em': case 'del': return [el(t.type, {}, ...inlines(t.tokens, formulas))]
    case 'codespan': return [el('code', { textContent: restored(t.text, formulas) })]
    case 'br': return [el('br')]
    case 'link': return link(t, formulas)
    case 'image': return withMath(t.text, formulas)
    case 'text': return t.tokens ? inlines(t.tokens, formulas) : withMath(t.text, formulas)
    case 'escape': return withMath(t.text, formulas)
    default: return withMath(t.raw, formulas)
  }
}

/** @param {any} t @param {Node[]} formulas */
function link (t, formulas) {
  const inner = inlines(t.tokens, formulas)
  if (!/^https?:\/\//.test(t.href)) return inner
  return [el('a', { href: t.href, rel: 'noopener noreferrer nofollow' }, ...inner)]
}

/** Text with its formulas put back. @param {string} text @param {Node[]} formulas @returns {Node[]} */
function withMath (text, formulas) {
  const plain = text.replace(/&(?:lt|gt|amp|quot|#39|nbsp);/g, (entity) => ENTITIES[entity] ?? entity)
  return plain.split(/(\uE000\d+\uE001)/).filter(Boolean).map((part) => {
    const mark = MARK.exec(part)
    return (mark && formulas[Number(mark[1])]) || document.createTextNode(part)
  })
}

/** Code is shown as written: formulas taken out of it by mistake go back as source. */
function restored (/** @type {string} */ text, /** @type {Node[]} */ formulas) {
  return text.replace(MARKS, (mark) => formulas[Number(MARK.exec(mark)?.[1])]?.textContent ?? '')
}

/**
 * @param {string} text
 * @param {string} language
 */
export function code (text, language) {
  const inner = /^(py|python|python3)?$/i.test(language) ? highlightPython(text) : [document.createTextNode(text)]
  return el('pre', { class: 'code', tabIndex: 0 }, el('code', {}, ...inner))
}
