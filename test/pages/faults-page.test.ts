import { describe, expect, it } from 'vitest'
import { FAULT_KINDS } from '../../src/fault/fault-kinds.js'
import { faultsPage } from '../../src/pages/faults-page.js'

const STATE = {
  seed: 7,
  rules: [{ id: 'cut', fault: { kind: 'truncate', at: 5 } } as const],
  entries: [],
}

describe('faultsPage', () => {
  it.each(Object.entries(FAULT_KINDS))(
    'has a form for %s with a field for each member',
    (kind, { members }) => {
      const page = faultsPage(undefined)
      expect(page).toContain(`<option>${kind}</option>`)
      const [, fields = ''] = page.split(`<fieldset data-kind="${kind}"`)
      const own = fields.split('</fieldset>')[0] ?? ''
      const names = Array.from(own.matchAll(/data-member="(\w+)"/g), ([, name]) => name)
      expect(names).toEqual(Object.keys(members))
      expect(own).toContain('Example: <code>')
    },
  )

  it('has no data for a request without permission', () => {
    const page = faultsPage(undefined)
    expect(page).toContain('<div id="live" hidden>')
    expect(page).not.toContain('<td')
  })

  it('has tables for a request with permission, and says what to do without a script', () => {
    const page = faultsPage(STATE)
    expect(page).toContain('<div id="live">')
    expect(page).toContain('<code>truncate at 5</code>')
    expect(page).toContain('<span id="seed">7</span>')
    expect(page).toMatch(/<noscript><p>.*curl/)
  })

  it('has unique ids, and a label for each field', () => {
    const page = faultsPage(STATE)
    const ids = Array.from(page.matchAll(/\sid="([^"]+)"/g), ([, id]) => id)
    expect(ids).toEqual([...new Set(ids)])
    for (const [, id] of page.matchAll(/<(?:input|select|textarea)[^>]* id="([^"]+)"/g)) {
      expect(page, id).toMatch(new RegExp(`<label for="${id}"|<label><input[^>]*id="${id}"`))
    }
  })
})
