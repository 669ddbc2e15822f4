// One generation on the page: its text as it comes, what is kept of it, and how it ends.

import { announce, el } from '../dom.js'
import { json } from '../net.js'
import { Reasoning } from '../render/reasoning.js'
import { TokenLog } from '../stream/log.js'
import { sha256 } from '../stream/sha256.js'
import { LogWriter } from '../store/log-writer.js'
import { ended } from './entry.js'
import { keepingPlace } from './follow.js'
import { outcome } from './outcome.js'

/** @typedef {import('./entry.js').GenerationEntry} GenerationEntry */
/** @typedef {import('../stream/protocol.js').ServerMessage} ServerMessage */
/** @typedef {{socket: import('../stream/socket.js').Socket, store: import('../store/store.js').Store, trail: import('./entry.js').TrailJson, changed: () => void, settled: () => void}} Surroundings */

const SETTLE_TRIES = [400, 800, 1500, 3000, 6000, 12_000]

export class GenerationView {
  log = new TokenLog()
  /** @type {import('../stream/protocol.js').Queued | null} */
  queue = null
  words = 0
  problem = ''
  #counted = 0
  #drawing = false
  #asked = 0
  /** @type {Promise<void> | undefined} */
  #settling

  /** @param {GenerationEntry} entry @param {HTMLElement} section @param {Surroundings} around */
  constructor (entry, section, around) {
    this.entry = entry
    this.section = section
    this.around = around
    const root = /** @type {HTMLElement} */ (section.querySelector('.reasoning'))
    this.reasoning = new Reasoning(root, { live: !ended(entry.state) })
    this.reasoning.setMarks(around.trail.marks.filter((mark) => mark.generation === entry.id))
    this.writer = new LogWriter(around.store, entry.id, around.trail.id, this.log)
    this.started = Date.parse(entry.at)
  }

  get running () {
    return !ended(this.entry.state)
  }

  /** Show what is known and follow the rest. */
  async open () {
    if (!this.running) {
      void this.around.store.with((t) => t.dropChunks(this.entry.id), undefined) // the whole trail is kept instead
      return this.#finished()
    }
    const saved = await this.around.store.log(this.entry.id)
    if (saved && this.log.n === 0) {
      Object.assign(this.log, saved)
      this.writer = new LogWriter(this.around.store, this.entry.id, this.around.trail.id, this.log)
      if (saved.n > 0) this.entry.state = 'running'
    }
    this.#draw()
    document.addEventListener('visibilitychange', this.#seen)
    this.around.socket.follow(this.entry.id, {
      message: (message) => this.#receive(message),
      have: () => this.log.have,
      wants: () => this.running
    })
  }

  stop () {
    this.around.socket.cancel(this.entry.id)
    announce('Stopping')
  }

  #seen = () => { if (!document.hidden) this.#draw() }

  /** @param {ServerMessage} message */
  #receive (message) {
    switch (message.type) {
      case 'queued': this.queue = message; break
      case 'd': this.#delta(message); break
      case 'snap': this.#snap(message); break
      case 'reset': this.log.reset(); this.log.se = message.se; this.reasoning.clear(); void this.writer.replaced(); break
      case 'end': void this.#end(message); break
      case 'checks': this.#checked(message); break
      case 'err': this.problem = message.message; break
    }
    this.around.changed()
  }

  /** @param {import('../stream/protocol.js').DeltaMessage} d */
  #delta (d) {
    const outcome = this.log.delta(d)
    if (outcome === 'ask') this.#ask()
    if (outcome !== 'append') return
    if (this.entry.state === 'queued') {
      announce('The tutor has begun')
      this.started = Date.now()
    }
    this.entry.state = 'running'
    this.queue = null
    this.problem = ''
    this.writer.grown()
    this.#draw()
  }

  /** Ask again, but not for every delta that arrives before the answer. */
  #ask () {
    const now = performance.now()
    if (now - this.#asked < 500) return
    this.#asked = now
    this.around.socket.resubscribe(this.entry.id)
  }

  /** @param {import('../stream/protocol.js').Snap} snap */
  #snap (snap) {
    if (snap.state !== 'queued') {
      if (this.entry.state === 'queued' && this.queue) this.started = Date.now()
      if (this.entry.state === 'queued') this.entry.state = 'running'
      this.queue = null
    }
    if (this.log.snap(snap)) {
      this.reasoning.clear()
      this.words = this.#counted = 0
    }
    void this.writer.replaced()
    this.#draw()
  }

  /** One drawing per frame, none while nobody looks. */
  #draw () {
    if (this.#drawing || document.hidden) return
    this.#drawing = true
    requestAnimationFrame(() => {
      this.#drawing = false
      if (!this.running) return
      keepingPlace(() => this.reasoning.show(this.log.text))
      this.#count()
      this.around.changed()
    })
  }

  #count () {
    const upTo = this.log.text.lastIndexOf(' ')
    if (upTo <= this.#counted) return
    this.words += this.log.text.slice(this.#counted, upTo).split(/\s+/).filter(Boolean).length
    this.#counted = upTo
  }

  /** @param {import('../stream/protocol.js').End} end */
  async #end (end) {
    if (!this.running) return
    const same = end.se === this.log.se || this.log.n === 0
    if (!same || end.n !== this.log.n || (end.sha256 && await sha256(this.log.text) !== end.sha256)) {
      if (this.#asked < 0) { this.problem = 'What arrived differs from what was written; reload to see it whole.' } else {
        if (same && end.n === this.log.n) this.log.reset() // the lengths agree and the texts do not
        this.#asked = -1
        this.around.socket.resubscribe(this.entry.id)
        return
      }
    }
    this.entry.finish_reason = end.reason
    if (end.error) this.entry.error = end.error
    this.entry.state = end.reason === 'cancelled' ? 'cancelled' : end.reason === 'error' ? 'failed' : 'done'
    this.entry.text = this.log.text
    this.entry.n = this.log.n
    this.writer.close()
    document.removeEventListener('visibilitychange', this.#seen)
    announce(end.reason === 'cancelled' ? 'Stopped' : 'The tutor has finished')
    this.#finished()
    this.around.changed()
    void this.#settle()
  }

  /** @param {import('../stream/protocol.js').Checks} message */
  #checked ({ type: _type, gen: _gen, ...told }) {
    Object.assign(this.entry, told)
    if (this.running) this.reasoning.setChecks(told.checks)
    else this.#finished()
  }

  #finished () {
    this.reasoning.setChecks(this.entry.checks)
    this.reasoning.finish(this.entry.text)
    this.section.classList.add('ended')
    this.section.querySelector('.outcome')?.remove()
    const { problem } = this.around.trail
    this.section.append(outcome(this.entry, { hasReference: problem.has_reference !== false, program: problem.kind === 'code' }))
  }

  /** The verdict and the checks come a moment after the end, when the desk has read the text. */
  #settle () {
    this.#settling ??= this.#settled()
    return this.#settling
  }

  async #settled () {
    for (const pause of SETTLE_TRIES) {
      await new Promise((resolve) => setTimeout(resolve, pause))
      const fresh = await json(`/api/generations/${this.entry.id}/`).catch(() => null)
      if (!fresh || !ended(fresh.state)) continue
      this.entry = { ...this.entry, ...fresh, type: 'generation', at: this.entry.at, context: fresh.context ?? this.entry.context }
      this.#finished()
      this.around.socket.leave(this.entry.id)
      this.around.settled()
      return
    }
    this.section.append(el('p', { class: 'aside' }, 'The checks are not ready yet; reload in a while to see them.'))
  }
}
