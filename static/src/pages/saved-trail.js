// A whole trail drawn from its JSON, for reading offline: the same sheet, without its forms.

import { el } from '../dom.js'
import { plainMath } from '../math/plain.js'
import { writeMargin } from '../render/margin.js'
import { inlineMarkdown } from '../render/markdown.js'
import { showReasoning } from '../render/reasoning.js'
import { blocks } from '../render/upgrade.js'
import { outcome } from '../trail/outcome.js'
import { receipt } from '../trail/receipt.js'
import { when } from '../trail/times.js'

const VERDICTS = /** @type {Record<string, string>} */ ({ correct: '✓ correct', wrong: '✗ not correct', pending: '… being judged', unknown: '· not judged' })
const LEVELS = ['', 'where to look', 'the idea', 'the key step', 'the next line']

/** @param {import('../trail/entry.js').TrailJson} trail */
export function savedTrail (trail) {
  const { problem } = trail
  return el('article', { class: 'trail saved' },
    el('div', { class: 'trail-problem' },
      el('p', { class: 'meta' }, ...problem.topics.map((topic) => el('span', {}, topic)), el('span', {}, `Level ${problem.level}`)),
      el('h1', {}, ...inlineMarkdown(problem.title)),
      el('div', { class: 'statement' }, ...blocks(problem.statement))),
    el('div', { class: 'sheet' }, el('div', { id: 'entries' }, ...trail.entries.flatMap((entry) => drawn(entry, trail)))))
}

/** @param {any} entry @param {import('../trail/entry.js').TrailJson} trail @returns {Node[]} */
function drawn (entry, trail) {
  if (entry.type === 'attempt') return [attempt(entry, trail)]
  if (entry.type === 'hint') return [hint(entry)]
  if (entry.type === 'generation') return [generation(entry, trail)]
  return []
}

/** @param {any} entry @param {import('../trail/entry.js').TrailJson} trail */
function attempt (entry, trail) {
  const marks = trail.marks.filter((mark) => mark.attempt === entry.id)
  const lines = (entry.program || entry.working || '').replace(/\n$/, '').split('\n').map((/** @type {string} */ line, /** @type {number} */ number) => {
    const row = el('div', { class: 'line' }, entry.program ? el('pre', { class: 'source', 'data-n': String(number + 1) }, line) : el('p', {}, ...inlineMarkdown(plainMath(line))))
    writeMargin(row, (entry.checks ?? []).filter((/** @type {any} */ c) => c.line === number), marks.filter((mark) => mark.line === number))
    if (entry.fault?.line === number) markFault(row, entry.fault.verdict)
    return row
  })
  return el('section', { class: 'entry attempt' },
    el('div', { class: 'who' }, el('strong', {}, 'Your work'), el('span', {}, when(entry.at)), entry.late && el('span', { class: 'late' }, 'late')),
    el('div', { class: entry.program ? 'program' : '' }, ...lines),
    el('div', { class: `line answered ${entry.verdict}` },
      el('p', {}, entry.answer ? 'Answer: ' : '', ...inlineMarkdown(plainMath(entry.answer ?? '')), entry.program && `Program in ${entry.language === 'cpp' ? 'C++' : 'Python'}`),
      el('div', { class: 'note' }, el('p', {}, el('b', {}, VERDICTS[entry.verdict] ?? ''), entry.reason ? ` — ${entry.reason}` : ''))))
}

/** Where a program stopped. @param {HTMLElement} row @param {string} verdict */
function markFault (row, verdict) {
  row.classList.add('fault')
  const note = row.querySelector('.note') ?? row.appendChild(el('div', { class: 'note' }))
  note.prepend(el('p', {}, el('b', {}, verdict === 'compile_error' ? '✗ does not compile' : '✗ stopped here')))
}

/** @param {any} entry */
function hint (entry) {
  return el('section', { class: 'entry opened-hint' }, el('div', { class: 'line hint' },
    el('p', { class: 'asked' }, entry.asked_with ? `“${entry.asked_with}”` : ''),
    el('div', { class: 'note' }, el('p', {}, el('b', {}, `Hint · ${LEVELS[entry.level] ?? ''}`), ' — ', ...inlineMarkdown(entry.text)))))
}

/** @param {any} entry @param {import('../trail/entry.js').TrailJson} trail */
function generation (entry, trail) {
  const root = el('div', { class: 'reasoning' })
  const section = el('section', { class: 'entry generation' },
    el('div', { class: 'who' }, el('strong', {}, "The tutor's reasoning"), el('span', {}, entry.model), el('span', {}, when(entry.at))),
    ...receipt(entry.context), root,
    outcome(entry, { hasReference: trail.problem.has_reference !== false, program: trail.problem.kind === 'code' }))
  showReasoning(root, entry.text, entry.checks ?? [], trail.marks.filter((mark) => mark.generation === entry.id))
  return section
}
