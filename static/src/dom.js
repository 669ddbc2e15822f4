// The few words this project needs for building nodes. Text only ever enters as text.

/** @typedef {Node | string | null | undefined | false} Child */

/**
 * Make an element. Keys with a dash and `class`, `for`, `role`, `type`, `href` become attributes,
 * `on*` become listeners, and everything else is a property.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, any>} [props]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function el (tag, props = {}, ...children) {
  const node = document.createElement(tag)
  for (const [key, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue
    if (key.startsWith('on')) node.addEventListener(key.slice(2), value)
    else if (key.includes('-') || ATTRIBUTES.has(key)) node.setAttribute(key, value === true ? '' : value)
    else /** @type {any} */ (node)[key] = value
  }
  node.append(...kept(children))
  return node
}

const ATTRIBUTES = new Set(['class', 'for', 'role', 'type', 'href', 'open', 'rel', 'start'])

/** @param {Child[]} children */
function kept (children) {
  return /** @type {(Node|string)[]} */ (children.filter((c) => c !== null && c !== undefined && c !== false))
}

/**
 * @param {string} selector
 * @param {ParentNode} [root]
 * @returns {HTMLElement | null}
 */
export function find (selector, root = document) {
  return root.querySelector(selector)
}

/**
 * @param {string} selector
 * @param {ParentNode} [root]
 * @returns {HTMLElement[]}
 */
export function all (selector, root = document) {
  return [...root.querySelectorAll(selector)].map((node) => /** @type {HTMLElement} */ (node))
}

/**
 * JSON that Django wrote with `json_script`.
 * @param {string} id
 * @returns {any}
 */
export function inlined (id) {
  const node = document.getElementById(id)
  return node ? JSON.parse(node.textContent || 'null') : null
}

/** Say something to screen readers once, without moving anything. @param {string} words */
export function announce (words) {
  const node = document.getElementById('announcer')
  if (node && node.textContent !== words) node.textContent = words
}

/** @param {number} count @param {string} one @param {string} [many] */
export function counted (count, one, many = `${one}s`) {
  return `${count} ${count === 1 ? one : many}`
}
