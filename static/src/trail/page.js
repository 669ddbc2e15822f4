// The trail page: everything on it brought to life, in one place.

import { bringIntoSight } from './follow.js'
import { all, el, find, inlined } from '../dom.js'
import { hear, tell } from '../store/session.js'
import { refreshWhole } from '../store/sync.js'
import { Socket } from '../stream/socket.js'
import { AnswerBox } from './answer.js'
import { AskPanel } from './ask.js'
import { newGeneration } from './entry.js'
import { GenerationView } from './generation.js'
import { chosenLanguage } from './language.js'
import { LiveLine } from './live.js'
import { receipt } from './receipt.js'
import { Recall } from './recall.js'
import { sayTimes, when } from './times.js'
import { watchPending } from './pending.js'
import { WorkSheet } from './work.js'

/** @typedef {import('./entry.js').TrailJson} TrailJson */

export class TrailPage {
  /** @type {GenerationView[]} */
  #views = []
  /** @type {string[]} */
  #asked = [] // from this page

  /** @param {import('../store/store.js').Store} store */
  constructor (store) {
    this.store = store
    this.trail = /** @type {TrailJson} */ (inlined('trail-data'))
    this.engine = inlined('engine-data')
    this.socket = new Socket()
    this.live = new LiveLine({ views: () => this.#views, socket: this.socket, engine: this.engine })
    this.work = new WorkSheet(this.trail.id)
    this.answer = new AnswerBox()
    this.ask = new AskPanel({
      trail: this.trail, engine: this.engine, socket: this.socket,
      began: (gen, state, sent) => this.#began(gen, state, sent)
    })
    this.recall = new Recall()
    for (const entry of this.trail.entries) if (entry.type === 'generation') this.#show(entry)
    sayTimes(document)
    watchPending(this.trail.id)
    hear((message) => {
      if (message?.trail !== this.trail.id) return
      if (message.type === 'began') this.#began(message.gen, 'queued', [], true)
      if (message.type === 'opened') this.#asked.forEach((gen) => this.#tell(gen))
    })
    tell({ type: 'opened', trail: this.trail.id }) // what another tab asked while this one loaded
    const area = /** @type {HTMLTextAreaElement | null} */ (find('#program'))
    const language = chosenLanguage()
    if (area) void import('./program.js').then(({ editProgram }) => editProgram(area, language))
    this.#notice()
  }

  /** @param {any} entry */
  #show (entry) {
    const section = find(`[data-generation="${entry.id}"]`) ?? this.#section(entry)
    const before = section.querySelector('.reasoning')
    if (!section.querySelector('.receipt')) before?.before(...receipt(entry.context))
    const view = new GenerationView(entry, section, {
      socket: this.socket, store: this.store, trail: this.trail,
      changed: () => this.live.draw(),
      settled: () => void refreshWhole(this.store, this.trail.id)
    })
    this.#views.push(view)
    void view.open().then(() => this.live.draw())
    return section
  }

  /** A section for a generation that began just now. @param {any} entry */
  #section (entry) {
    find('.first-time')?.remove()
    const section = el('section', { class: 'entry generation', 'data-generation': entry.id, id: `generation-${entry.id}` },
      el('div', { class: 'who' }, el('strong', {}, "The tutor's reasoning"), el('span', {}, entry.model),
        el('time', { 'data-when': true, datetime: entry.at }, when(entry.at))),
      el('div', { class: 'reasoning' }))
    find('#entries')?.append(section)
    return section
  }

  /** @param {string} gen @param {any} state @param {string[]} sent @param {boolean} [elsewhere] */
  #began (gen, state, sent, elsewhere = false) {
    if (this.#views.some((view) => view.entry.id === gen)) return
    const titles = new Map(all('[data-reuse]').map((chip) => [chip.dataset.reuse, chip.firstElementChild?.textContent ?? '']))
    const context = sent.map((trail) => ({ trail, title: titles.get(trail) ?? '', text: '' }))
    const section = this.#show(newGeneration(gen, { state, model: this.engine?.model ?? '', context }))
    this.live.draw()
    if (elsewhere) return
    this.#asked.push(gen)
    this.#tell(gen)
    bringIntoSight(section)
  }

  /** Tell the other tabs of a generation. @param {string} gen */
  #tell (gen) {
    tell({ type: 'began', trail: this.trail.id, gen })
  }

  /** What the reader should know about the connection. */
  #notice () {
    const notice = find('#notice')
    if (!notice) return
    const draw = () => {
      const away = !navigator.onLine
      notice.hidden = !away
      notice.textContent = away ? 'You are offline. What you type is kept in this tab; saved trails can be read.' : ''
    }
    addEventListener('online', draw)
    addEventListener('offline', draw)
    draw()
  }

  /** @param {import('./ask.js').Offer[]} offers */
  offer (offers) {
    this.ask.offer(offers)
  }

  close () {
    this.socket.close()
    for (const view of this.#views) view.writer.close()
  }
}
