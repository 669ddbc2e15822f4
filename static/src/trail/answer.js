// The answer box: what was typed is shown as it was read, before it counts.

import { find } from '../dom.js'
import { json } from '../net.js'
import { formula, typesetNow } from '../math/typeset.js'

const PAUSE = 250

export class AnswerBox {
  #input = /** @type {HTMLInputElement | null} */ (find('#answer'))
  #reads = find('#reads')
  #asked = 0
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer

  constructor () {
    this.#input?.addEventListener('input', () => {
      clearTimeout(this.#timer)
      this.#timer = setTimeout(() => this.#read(), PAUSE)
    })
    if (this.#input?.value) void this.#read()
  }

  async #read () {
    const text = this.#input?.value.trim() ?? ''
    const asked = ++this.#asked
    if (!text) return this.#show()
    const { latex } = await json(`/api/read-answer/?text=${encodeURIComponent(text)}`).catch(() => ({ latex: null }))
    if (asked !== this.#asked) return // a newer reading is on its way
    if (latex === null) this.#show()
    else if (latex) this.#show('we read this as ', formula(latex, false))
    else this.#show('we cannot read this as mathematics; it is compared as text')
  }

  /** @param {...(string | Node)} parts */
  #show (...parts) {
    this.#reads?.replaceChildren(...parts)
    if (this.#reads) typesetNow(this.#reads)
  }
}
