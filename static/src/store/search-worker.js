// Search over a student's own trails, off the page's thread. One short card per trail.

import MiniSearch from 'minisearch'

const CJK = /[\u3040-\u30ff\u3400-\u9fff]/
const RAREST = 10 // terms of a long question that are looked for

/** Words, numbers and powers; a Chinese sentence in pairs of characters. */
function tokenize (text) {
  const tokens = text.toLowerCase().replace(/\\(?:left|right|[,;!])/g, ' ').match(/[a-z]+|\d+|\\[a-z]+|[\u3040-\u30ff\u3400-\u9fff]+/g) ?? []
  return tokens.flatMap((token) => {
    if (!CJK.test(token)) return [token.replace('\\', '')]
    const pairs = []
    for (let i = 0; i < Math.max(1, token.length - 1); i++) pairs.push(token.slice(i, i + 2))
    return pairs
  })
}

const index = new MiniSearch({
  fields: ['title', 'topics', 'statement', 'work'],
  storeFields: ['title', 'when'],
  tokenize,
  searchOptions: { boost: { title: 3, topics: 2 }, prefix: (term) => term.length > 2, fuzzy: (term) => (/^[a-z]{5,}$/.test(term) ? 0.2 : false) }
})

/** The rarest words of a long text: common ones cost time and say little. */
function rarest (text) {
  const terms = [...new Set(tokenize(text))].filter((term) => term.length > 1)
  if (terms.length <= RAREST) return terms.join(' ')
  const frequency = (term) => index.search(term, { prefix: false, fuzzy: false, fields: ['title', 'topics', 'statement'] }).length
  return terms.slice(0, 60).map((term) => ({ term, n: frequency(term) })).filter(({ n }) => n > 0)
    .sort((a, b) => a.n - b.n).slice(0, RAREST).map(({ term }) => term).join(' ')
}

onmessage = ({ data }) => {
  if (data.type === 'cards') {
    for (const card of data.cards) {
      if (index.has(card.id)) index.replace(card)
      else index.add(card)
    }
    return
  }
  const query = data.type === 'like' ? rarest(data.text) : data.text
  const options = data.type === 'like' ? { prefix: false, fuzzy: false } : { combineWith: 'AND' }
  const found = query ? index.search(query, options).slice(0, 50) : []
  postMessage({ n: data.n, found: found.map(({ id, title, when, score }) => ({ id, title, when, score })) })
}
