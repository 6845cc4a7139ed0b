import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { helpSheet } from '../../../src/pages/scripts/player-help.js'
import { SHORTCUTS } from '../../../src/pages/scripts/player-shortcuts.js'
import { asFake, fakeDocument } from '../../fixture/fake-document.js'

beforeEach(fakeDocument)
afterEach(() => vi.unstubAllGlobals())

it('helpSheet has a row for each shortcut, and closes by its button and a click beside it', () => {
  const sheet = asFake(helpSheet({ enabled: true, onChange: () => {} }))
  expect(sheet.all.filter(({ tagName }) => tagName === 'dt')).toHaveLength(SHORTCUTS.length)
  expect(sheet.text).toContain('Space, KPlay or pause')
  const close = vi.fn()
  sheet.close = close
  sheet.all.find(({ tagName }) => tagName === 'button')?.click()
  sheet.click()
  expect(close).toHaveBeenCalledTimes(2)
})

it('helpSheet tells when the shortcuts are turned off', () => {
  const onChange = vi.fn()
  const sheet = asFake(helpSheet({ enabled: true, onChange }))
  const [box] = sheet.all.filter(({ tagName }) => tagName === 'input')
  expect(box?.checked).toBe(true)
  Object.assign(box ?? {}, { checked: false })
  box?.dispatchEvent(new Event('change'))
  expect(onChange).toHaveBeenCalledWith(false)
})
