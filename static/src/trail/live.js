// The quiet line of the dock: what the tutor does now, for how long, and Stop.

import { counted, find } from '../dom.js'
import { inlineMarkdown } from '../render/markdown.js'
import { typesetNow } from '../math/typeset.js'

/** @typedef {import('./generation.js').GenerationView} GenerationView */

export class LiveLine {
  #node = find('#live')
  #words = find('#live-words')
  #doing = span('live-doing')
  #state = span('live-state')
  #shown = ''
  #ready = true
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #clock

  /** @param {{views: () => GenerationView[], socket: import('../stream/socket.js').Socket, engine: import('./entry.js').Engine | null}} around */
  constructor (around) {
    this.around = around
    this.#ready = around.engine?.state === 'ready'
    this.#words?.append(this.#doing, this.#state)
    find('#stop')?.addEventListener('click', () => this.current?.stop())
    around.socket.addEventListener('state', () => this.draw())
  }

  /** The newest one that runs. */
  get current () {
    return this.around.views().filter((view) => view.running).at(-1)
  }

  draw () {
    const view = this.current
    if (!this.#node) return
    this.#node.hidden = !view
    document.body.classList.toggle('has-live', Boolean(view))
    if (!view) {
      clearInterval(this.#clock)
      this.#clock = undefined
      return
    }
    this.#clock ??= setInterval(() => this.draw(), 1000)
    const { doing, state, calm } = this.#say(view)
    this.#node.classList.toggle('waiting', calm)
    if (doing !== this.#shown) {
      this.#shown = doing
      this.#doing.replaceChildren(...inlineMarkdown(doing))
      typesetNow(this.#doing)
    }
    if (this.#state.textContent !== state) this.#state.textContent = state
  }

  /** @param {GenerationView} view @returns {{doing: string, state: string, calm: boolean}} */
  #say (view) {
    const others = this.around.views().filter((v) => v.running).length - 1
    const more = others > 0 ? ` · and ${counted(others, 'other')}` : ''
    if (this.around.socket.state === 'closed') {
      return { doing: 'The server asked this window to be quiet; reload it to go on', state: '', calm: true }
    }
    if (this.around.socket.state !== 'open') {
      return { doing: 'Reconnecting; what is written meanwhile is not lost', state: more, calm: true }
    }
    if (view.entry.state === 'queued') return { doing: this.#waiting(view), state: more, calm: true }
    const time = clock(Date.now() - view.started)
    const doing = view.problem || view.reasoning.doing || 'Reading the problem'
    return { doing, state: ` · ${time} · ${counted(view.words, 'word')}${more}`, calm: false }
  }

  /** @param {GenerationView} view */
  #waiting (view) {
    if (view.problem) return view.problem
    const engine = view.queue?.engine ?? (this.#ready ? 'ready' : 'absent')
    if (engine === 'loading') return 'The tutor is waking up: its engine is being loaded'
    if (engine !== 'ready') return 'The tutor is waiting for its engine; it begins by itself when the engine is there'
    const pos = (view.queue?.pos ?? 1) - 1 // the next has 1
    const eta = view.queue?.eta
    const soon = eta ? `, about ${eta < 90 ? counted(Math.ceil(eta), 'second') : counted(Math.ceil(eta / 60), 'minute')}` : ''
    return pos > 0 ? `Waiting: ${counted(pos, 'question')} before yours${soon}` : 'Your question is next'
  }

  /** @param {boolean} ready */
  engineReady (ready) {
    this.#ready = ready
    this.draw()
  }
}

/** @param {string} name */
function span (name) {
  const node = document.createElement('span')
  node.className = name
  return node
}

/** @param {number} ms */
function clock (ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}
