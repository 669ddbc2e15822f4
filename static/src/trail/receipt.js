// What of the student's earlier trails was given to the tutor, word for word.

import { el } from '../dom.js'
import { inlineMarkdown } from '../render/markdown.js'
import { typeset } from '../math/typeset.js'

/** @param {{trail: string, title: string, text: string}[]} context @returns {Node[]} */
export function receipt (context) {
  if (!context?.length) return []
  const titles = context.map(({ trail, title }) => el('a', { class: 'chip', href: `/trails/${trail}/` }, ...inlineMarkdown(title)))
  const texts = context.filter(({ text }) => text)
  const node = el('div', { class: 'receipt' },
    el('div', { class: 'chips' }, el('span', {}, 'Re-used from your trails:'), ...titles),
    texts.length > 0 && el('details', {}, el('summary', {}, 'What was sent'),
      ...texts.map(({ title, text }) => el('blockquote', {}, el('p', { class: 'from' }, ...inlineMarkdown(title)), el('pre', { class: 'sent' }, text)))))
  void typeset(node)
  return [node]
}
