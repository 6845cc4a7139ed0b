import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  button,
  checkBox,
  rateMenu,
  subtitleMenu,
} from '../../../src/pages/scripts/player-choices.js'
import { type ChosenTrack, Subtitles } from '../../../src/pages/scripts/player-tracks.js'
import { asFake, fakeDocument, fakeElement } from '../../fixture/fake-document.js'

beforeEach(fakeDocument)
afterEach(() => vi.unstubAllGlobals())

const menuOf = (label: object) => {
  const [menu] = asFake(label).all
  if (menu === undefined) throw new Error('no menu')
  return menu
}

describe('rateMenu', () => {
  it('sets the rate, and follows one that is set elsewhere', () => {
    const media = fakeElement<HTMLMediaElement>('video', { playbackRate: 1 })
    const menu = menuOf(rateMenu(media))
    expect(menu.value).toBe('1')
    menu.value = '1.5'
    menu.dispatchEvent(new Event('change'))
    expect(media.playbackRate).toBe(1.5)
    media.playbackRate = 2
    media.dispatchEvent(new Event('ratechange'))
    expect(menu.value).toBe('2')
  })
})

describe('subtitleMenu', () => {
  function scene(hasBeenActive = true) {
    vi.stubGlobal('navigator', { userActivation: { hasBeenActive } })
    const tracks: ChosenTrack[] = ['de', 'en'].map((language) => {
      return { kind: 'subtitles', label: language.toUpperCase(), language, mode: 'disabled' }
    })
    const list = new EventTarget()
    const chosen: unknown[] = []
    const subtitles = new Subtitles({ tracks: () => tracks, languages: [] })
    const label = subtitleMenu(subtitles, list, (language) => chosen.push(language))
    return { tracks, list, chosen, label, menu: menuOf(label) }
  }

  it('shows the chosen ones, and none', () => {
    const { tracks, chosen, menu } = scene()
    expect(menu.all.map(({ textContent }) => textContent)).toEqual(['Off', 'DE', 'EN'])
    expect(menu.value).toBe('-1')
    for (const value of ['1', '-1']) {
      menu.value = value
      menu.dispatchEvent(new Event('change'))
    }
    expect(chosen).toEqual(['en', undefined])
    expect(tracks.map(({ mode }) => mode)).toEqual(['disabled', 'disabled'])
  })

  it('follows the browser’s own menu, and the tracks that come later', () => {
    const { tracks, list, chosen, label, menu } = scene()
    Object.assign(tracks[0] as object, { mode: 'showing' })
    list.dispatchEvent(new Event('change'))
    expect([menu.value, chosen]).toEqual(['0', ['de']])
    tracks.splice(0)
    list.dispatchEvent(new Event('removetrack'))
    expect(label.hidden).toBe(true)
  })

  it('takes no change before an action of the user for a choice', () => {
    const { tracks, list, chosen } = scene(false)
    Object.assign(tracks[0] as object, { mode: 'showing' })
    list.dispatchEvent(new Event('change'))
    expect(chosen).toEqual([])
  })
})

it('checkBox tells its state', () => {
  const onChange = vi.fn()
  const [box] = asFake(checkBox('id', 'Title', false, onChange)).all
  Object.assign(box ?? {}, { checked: true })
  box?.dispatchEvent(new Event('change'))
  expect(onChange).toHaveBeenCalledWith(true)
})

it('button calls its action', () => {
  const action = vi.fn()
  asFake(button('id', 'Title', action)).click()
  expect(action).toHaveBeenCalledTimes(1)
})
