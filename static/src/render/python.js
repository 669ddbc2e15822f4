// A light colouring of Python: comments, strings, keywords, numbers. Enough to read by.

import { el } from '../dom.js'

const TOKENS = new RegExp([
  /(?<comment>#[^\n]*)/,
  /(?<string>[rbfRBF]{0,2}(?:"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'))/,
  /(?<number>\b\d[\d_.]*(?:e[+-]?\d+)?\b)/,
  /(?<keyword>\b(?:and|as|assert|break|class|continue|def|del|elif|else|except|finally|for|from|global|if|import|in|is|lambda|None|nonlocal|not|or|pass|raise|return|True|False|try|while|with|yield)\b)/
].map((r) => r.source).join('|'), 'g')

/** @param {string} text @returns {Node[]} */
export function highlightPython (text) {
  /** @type {Node[]} */
  const nodes = []
  let done = 0
  for (const match of text.matchAll(TOKENS)) {
    if (match.index > done) nodes.push(document.createTextNode(text.slice(done, match.index)))
    const kind = Object.entries(match.groups ?? {}).find(([, value]) => value !== undefined)?.[0]
    nodes.push(el('span', { class: `py-${kind}`, textContent: match[0] }))
    done = match.index + match[0].length
  }
  nodes.push(document.createTextNode(text.slice(done)))
  return nodes
}
