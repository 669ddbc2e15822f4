// A real editor for programs. The text area stays the truth and the fallback.

import { basicSetup } from 'codemirror'
import { indentWithTab } from '@codemirror/commands'
import { python } from '@codemirror/lang-python'
import { EditorState } from '@codemirror/state'
import { EditorView, keymap } from '@codemirror/view'

const LOOK = EditorView.theme({
  '&': { fontSize: '15px', backgroundColor: 'transparent', color: 'var(--ink)' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.55', minHeight: '14rem' },
  '.cm-gutters': { backgroundColor: 'transparent', color: 'var(--ink-2)', border: '0' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'color-mix(in srgb, var(--accent) 7%, transparent)' },
  '.cm-content': { caretColor: 'var(--ink)' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-selectionBackground, &.cm-focused .cm-selectionBackground': { backgroundColor: 'color-mix(in srgb, var(--accent) 22%, transparent) !important' }
})

/**
 * Put the editor in place of `area`, in a shadow root so that its styles pass the content policy.
 * @param {HTMLTextAreaElement} area
 */
export function editProgram (area) {
  const host = document.createElement('div')
  host.className = 'code-editor'
  area.after(host)
  const root = host.attachShadow({ mode: 'open' })
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: area.value,
      extensions: [
        basicSetup, python(), LOOK, keymap.of([indentWithTab]),
        EditorState.tabSize.of(4),
        EditorView.contentAttributes.of({ 'aria-label': 'Your program' }),
        EditorView.updateListener.of((update) => {
          if (!update.docChanged) return
          area.value = update.state.doc.toString()
          area.dispatchEvent(new Event('input'))
        })
      ]
    })
  })
  area.hidden = true
  return view
}
