// Sets every formula of texts with the page's own splitter and KaTeX's own options.
// Reads {"texts": […]} from standard input; prints {"formulas", "failed": [[index, tex, error]], "open"}.
import katex from 'katex'
import { splitMath } from '../../static/src/math/pieces.js'
import { OPTIONS } from '../../static/src/math/options.js'
import { rowsOf } from '../../static/src/render/rows.js'

const { texts } = JSON.parse(await new Response(process.stdin).text())
const failed = []
const open = []
let formulas = 0
texts.forEach((text, index) => {
  for (const row of rowsOf(text)) {
    if (row.kind === 'fence') continue
    for (const piece of splitMath(row.raw)) {
      if (piece.type === 'open') open.push([index, piece.raw.slice(0, 120)])
      if (piece.type === 'text') continue
      formulas += 1
      if (piece.type === 'open') failed.push([index, piece.raw.slice(0, 200), 'never closed'])
      else {
        try {
          katex.renderToString(piece.tex, { ...OPTIONS, macros: { ...OPTIONS.macros }, displayMode: piece.display })
        } catch (error) {
          failed.push([index, piece.tex.slice(0, 200), String(error.message).slice(0, 200)])
        }
      }
    }
  }
})
console.log(JSON.stringify({ formulas, failed, open: open.length }))
