import { describe, expect, it, vi } from 'vitest'
import {
  bearer,
  forgetToken,
  keepToken,
  takeToken,
} from '../../../src/pages/scripts/access-token.js'

function place(href: string, stored = new Map<string, string>()) {
  const replaceState = vi.fn()
  const sessionStorage = {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => void stored.set(key, value),
    removeItem: (key: string) => void stored.delete(key),
  }
  return { location: { href }, history: { replaceState }, sessionStorage, stored }
}

describe('the token of a page', () => {
  it('is taken from the fragment, which is removed, and kept for the tab', () => {
    const window = place('http://h/media/-/transfers?a=1#token=sec%2Bret')
    expect(takeToken(window)).toBe('sec+ret')
    expect(window.history.replaceState).toHaveBeenCalledWith(
      null,
      '',
      'http://h/media/-/transfers?a=1',
    )
    expect(takeToken(place('http://h/media/-/faults', window.stored))).toBe('sec+ret')
  })

  it('is not that of another registration on the same origin', () => {
    const window = place('http://h/a/-/transfers#token=x')
    takeToken(window)
    expect(takeToken(place('http://h/b/-/transfers', window.stored))).toBeUndefined()
  })

  it.each(['http://h/-/transfers', 'http://h/-/transfers#top', 'http://h/-/transfers#token='])(
    'is undefined for %s, whose fragment stays',
    (href) => {
      const window = place(href)
      expect(takeToken(window)).toBeUndefined()
      expect(window.history.replaceState).not.toHaveBeenCalled()
    },
  )

  it('is forgotten when the server has refused it', () => {
    const window = place('http://h/-/transfers')
    keepToken(window, 'wrong')
    forgetToken(window)
    expect(takeToken(window)).toBeUndefined()
  })

  it('is used where the browser stores nothing', () => {
    const refuse = () => {
      throw new Error('storage is blocked')
    }
    const window = place('http://h/-/transfers#token=t')
    const sessionStorage = { getItem: refuse, setItem: refuse, removeItem: refuse }
    const blocked = { ...window, sessionStorage }
    expect(takeToken(blocked)).toBe('t')
    expect(takeToken({ ...blocked, location: { href: 'http://h/-/transfers' } })).toBeUndefined()
    forgetToken(blocked)
  })
})

it('bearer sends no field without a token', () => {
  expect(bearer('t')).toEqual({ authorization: 'Bearer t' })
  expect(bearer(undefined)).toEqual({})
})
