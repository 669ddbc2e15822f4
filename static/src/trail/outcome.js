// How a generation ended, in words a student can use.

import { el } from '../dom.js'
import { inlineMarkdown } from '../render/markdown.js'
import { typeset } from '../math/typeset.js'

/** @typedef {import('./entry.js').GenerationEntry} GenerationEntry */

/**
 * @param {GenerationEntry} entry
 * @param {{hasReference: boolean, program: boolean}} about
 * @returns {HTMLElement}
 */
export function outcome (entry, about) {
  const node = el('div', { class: 'outcome' })
  for (const [kind, ...words] of sentences(entry, about)) {
    node.append(el('p', { class: String(kind) }, ...words))
  }
  void typeset(node)
  return node
}

/**
 * @param {GenerationEntry} entry
 * @param {{hasReference: boolean, program: boolean}} about
 * @returns {(string | Node)[][]}
 */
function sentences (entry, about) {
  const found = howItEnded(entry)
  const answer = entry.answer ? inlineMarkdown(`$${entry.answer}$`) : []
  const what = about.program ? ["The tutor's program"] : ["The tutor's answer ", ...answer]
  if (!about.program && !entry.answer) {
    if (entry.state === 'done' && entry.finish_reason === 'stop') found.push(['plain', 'The tutor gave no final answer.'])
  } else if (entry.verdict === 'correct') {
    found.push(['good', el('b', {}, '✓ '), ...what, about.program ? ' passes the tests.' : ' agrees with the reference answer.',
      ' Only the lines marked ✓ were themselves checked by a rule.'])
  } else if (entry.verdict === 'wrong') {
    found.push(['bad', el('b', {}, '✗ '), ...what, about.program ? ' does not pass the tests.' : ' does not agree with the reference answer.',
      ' Somewhere its reasoning goes wrong: read it with a pencil in your hand.'])
  } else if (!about.hasReference) {
    found.push(['plain', ...what, ' could not be judged: this problem has no reference answer.'])
  } else if (entry.verdict === 'unknown') {
    found.push(['plain', ...what, ' could not be compared with the reference answer',
      entry.verdict_reason ? `: ${entry.verdict_reason}` : '.'])
  }
  return found
}

/** @param {GenerationEntry} entry @returns {(string | Node)[][]} */
function howItEnded (entry) {
  switch (entry.finish_reason) {
    case 'cancelled': return [['plain', 'You stopped it here.']]
    case 'length': return [['plain', 'It stopped here at the length limit, before it came to an end.']]
    case 'loop': return [['plain', 'It began to repeat itself and was stopped here.']]
    case 'error': return [['bad', el('b', {}, 'It broke off. '), entry.error || 'Something failed on the server.', ' Nothing of yours is lost; ask again when you like.']]
    default: return entry.state === 'failed' ? [['bad', el('b', {}, 'It did not begin. '), entry.error ?? '']] : []
  }
}
