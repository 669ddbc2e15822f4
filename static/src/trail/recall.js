// The statement stays in sight: when it has scrolled away, a slim bar at the top brings it back.

import { el, find } from '../dom.js'

export class Recall {
  #statement = find('#statement')
  #bar = el('details', { class: 'recall', hidden: true })

  constructor () {
    const title = find('#problem h1')
    if (!this.#statement || !title) return
    this.#bar.append(el('summary', {}, el('span', { class: 'recall-title' }, title.textContent ?? '')), el('div', { class: 'recall-body statement' }))
    this.#bar.addEventListener('toggle', () => this.#fill())
    document.body.append(this.#bar)
    new IntersectionObserver(([entry]) => {
      if (!entry) return
      const above = !entry.isIntersecting && entry.boundingClientRect.bottom < 0
      this.#bar.hidden = !above
      if (!above) this.#bar.open = false
    }).observe(this.#statement)
    document.addEventListener('keydown', (event) => { if (event.key === 'Escape') this.#bar.open = false })
  }

  #fill () {
    const body = this.#bar.lastElementChild
    if (!this.#bar.open || !body || !this.#statement) return
    body.replaceChildren(...[...this.#statement.childNodes].map((node) => node.cloneNode(true)))
  }
}
