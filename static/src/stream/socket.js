// One WebSocket for the page. It comes back by itself, says what it already has, and repeats a
// `start` that was never accepted, with the same key, so that one question is one generation.

import { VERSION } from './protocol.js'

/** @typedef {import('./protocol.js').ServerMessage} ServerMessage */
/** @typedef {import('./protocol.js').ClientMessage} ClientMessage */
/** @typedef {import('./protocol.js').Start} Start */
/** @typedef {'connecting' | 'open' | 'waiting' | 'closed'} SocketState */

/**
 * @typedef {object} Listener
 * @property {(message: any) => void} message          every message about its generation
 * @property {() => {se: import('./protocol.js').Session, n: number} | null} have
 * @property {() => boolean} wants  whether anything more is expected
 */

const FIRST_DELAY = 250
const LONGEST_DELAY = 15_000
const SILENCE = 45_000 // a socket that opened and then says nothing while we wait is taken for dead

export class Socket extends EventTarget {
  /** @type {WebSocket | null} */
  #socket = null
  #tries = 0
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer
  #welcome = false
  #closed = false
  /** @type {Map<string, Listener>} */
  #listeners = new Map()
  /** @type {Map<string, {start: Start, settled: (m: import('./protocol.js').Accepted) => void, refused: (e: Error) => void}>} */
  #starts = new Map()
  /** @type {Set<string>} */
  #cancels = new Set()
  /** @type {SocketState} */
  state = 'connecting'

  /** @param {string} [path] */
  constructor (path = '/ws/') {
    super()
    this.url = `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}${path}`
    addEventListener('online', () => this.#wake())
    document.addEventListener('visibilitychange', () => { if (!document.hidden) this.#wake() })
    addEventListener('pageshow', (event) => { if (event.persisted) this.#wake() })
    this.#connect()
  }

  /** Follow a generation from where `listener.have()` stands. @param {string} gen @param {Listener} listener */
  follow (gen, listener) {
    this.#listeners.set(gen, listener)
    this.resubscribe(gen)
  }

  /** @param {string} gen */
  leave (gen) {
    if (this.#listeners.delete(gen)) this.#send({ type: 'unsub', gen })
  }

  /** Ask for what is missing. @param {string} gen */
  resubscribe (gen) {
    const listener = this.#listeners.get(gen)
    if (listener?.wants()) this.#send({ type: 'sub', gen, have: listener.have() })
  }

  /** @param {string} gen */
  cancel (gen) {
    this.#cancels.add(gen) // said again if the socket was away
    this.#send({ type: 'cancel', gen })
  }

  /**
   * Ask for a generation; resolves when the server accepted it, rejects when it refused.
   * @param {Start} start
   * @returns {Promise<import('./protocol.js').Accepted>}
   */
  start (start) {
    return new Promise((resolve, reject) => {
      this.#starts.set(start.idem, { start, settled: resolve, refused: reject })
      this.#send(start)
    })
  }

  /** The page is done with it for good (sign-out). */
  close () {
    this.#closed = true
    clearTimeout(this.#timer)
    this.#socket?.close()
    this.#become('closed')
  }

  #connect () {
    if (this.#closed) return
    clearTimeout(this.#timer)
    this.#become('connecting')
    const socket = new WebSocket(this.url)
    this.#socket = socket
    this.#welcome = false
    const slow = setTimeout(() => socket.close(), SILENCE)
    socket.onopen = () => socket.send(JSON.stringify({ type: 'hello', v: VERSION }))
    socket.onmessage = (event) => {
      clearTimeout(slow)
      if (socket === this.#socket) this.#receive(JSON.parse(event.data))
    }
    socket.onclose = (event) => {
      clearTimeout(slow)
      if (socket === this.#socket) this.#lost(event)
    }
  }

  /** @param {CloseEvent} event */
  #lost (event) {
    this.#socket = null
    this.#welcome = false
    if (this.#closed) return
    if (event.code === 4401 || event.code === 4403) { // signed out elsewhere
      this.dispatchEvent(new Event('signedout'))
      return this.close()
    }
    this.#retry()
  }

  /** Full jitter: many browsers that lost one server must not come back at one moment. @param {number} [within] */
  #retry (within = Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** this.#tries)) {
    this.#tries += 1
    this.#become('waiting')
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#connect(), Math.random() * within)
  }

  #wake () {
    if (this.#closed || this.#socket) return
    this.#tries = 0
    this.#connect()
  }

  /** @param {ServerMessage} message */
  #receive (message) {
    if (message.type === 'welcome') return this.#welcomed()
    if (message.type === 'bye') {
      return this.#dismissed(message)
    }
    if (message.type === 'accepted') {
      this.#starts.get(message.idem)?.settled(message)
      this.#starts.delete(message.idem)
      return
    }
    if (message.type === 'err' && message.idem && this.#starts.has(message.idem)) {
      this.#starts.get(message.idem)?.refused(new Refusal(message))
      this.#starts.delete(message.idem)
      return
    }
    if (message.type === 'end') this.#cancels.delete(message.gen)
    if ('gen' in message && message.gen) this.#listeners.get(message.gen)?.message(message)
    else if (message.type === 'err') this.#refuseOldest(message)
  }

  /** @param {import('./protocol.js').Bye} bye */
  #dismissed (bye) {
    const socket = this.#socket
    this.#socket = null
    this.#welcome = false
    socket?.close()
    if (bye.retry_ms > 0) return this.#retry(bye.retry_ms)
    if (bye.reason === 'logout') this.dispatchEvent(new Event('signedout'))
    this.close()
  }

  /** An error that names no key belongs to the start that waits longest. @param {import('./protocol.js').Err} message */
  #refuseOldest (message) {
    const [idem, waiting] = this.#starts.entries().next().value ?? []
    if (!idem || !waiting) return
    this.#starts.delete(idem)
    waiting.refused(new Refusal(message))
  }

  #welcomed () {
    this.#welcome = true
    this.#tries = 0
    this.#become('open')
    for (const { start } of this.#starts.values()) this.#send(start)
    for (const gen of this.#cancels) this.#send({ type: 'cancel', gen })
    for (const gen of this.#listeners.keys()) this.resubscribe(gen)
  }

  /** @param {ClientMessage} message */
  #send (message) {
    if (this.#welcome && this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message))
  }

  /** @param {SocketState} state */
  #become (state) {
    if (this.state === state) return
    this.state = state
    this.dispatchEvent(new Event('state'))
  }
}

/** The server said no; `message` is what a person can read. */
export class Refusal extends Error {
  /** @param {import('./protocol.js').Err} err */
  constructor (err) {
    super(err.message)
    this.code = err.code
    this.retryAfter = err.retry_after
  }
}
