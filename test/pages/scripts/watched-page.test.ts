import { describe, expect, it } from 'vitest'
import type { WatchedStream, Watcher } from '../../../src/pages/scripts/watch-events.js'
import { type Followed, WatchedPage } from '../../../src/pages/scripts/watched-page.js'

function scene(href = 'http://h/-/transfers#token=t') {
  const stored = new Map<string, string>()
  const place = {
    location: { href },
    history: { replaceState: () => {} },
    sessionStorage: {
      getItem: (key: string) => stored.get(key) ?? null,
      setItem: (key: string, value: string) => void stored.set(key, value),
      removeItem: (key: string) => void stored.delete(key),
    },
  }
  let submit: (event: { preventDefault(): void }) => void = () => {}
  const elements = {
    state: { textContent: '' },
    live: { hidden: true },
    access: {
      hidden: true,
      addEventListener: (_type: string, listener: typeof submit) => {
        submit = listener
      },
    },
    accessError: { textContent: '' },
    input: { value: '', focused: false, focus: () => {} },
  }
  const streams: { stream: WatchedStream; watcher: Watcher }[] = []
  const received: string[] = []
  const followed: Followed = { url: 'u', stall: 5, event: (data) => void received.push(data) }
  const page = new WatchedPage(place, elements as never, followed, async (stream, watcher) => {
    streams.push({ stream, watcher })
  })
  const enter = (token: string) => {
    elements.input.value = token
    submit({ preventDefault() {} })
  }
  const latest = () => streams.at(-1) as (typeof streams)[number]
  return { page, elements, streams, received, stored, enter, latest }
}

describe('a page that follows the server', () => {
  it('follows with the token of its URL, and shows what it receives', () => {
    const { page, elements, received, latest } = scene()
    page.follow()
    expect(latest().stream).toMatchObject({ url: 'u', token: 't', stall: 5 })
    latest().watcher.state({ kind: 'live' })
    latest().watcher.event('data', '1')
    expect(received).toEqual(['data'])
    expect(elements).toMatchObject({ live: { hidden: false }, state: { textContent: 'Live.' } })
  })

  it('goes on after the last event, with one stream at a time', () => {
    const { page, streams, latest } = scene()
    page.follow()
    latest().watcher.event('data', '7')
    page.follow()
    expect(streams[0]?.stream.signal.aborted).toBe(true)
    expect(latest().stream).toMatchObject({ lastEventId: '7' })
    page.pause()
    expect(latest().stream.signal.aborted).toBe(true)
  })

  it('asks for the token when the server refuses, and forgets the wrong one', () => {
    const { page, elements, stored, enter, latest } = scene()
    page.follow()
    latest().watcher.state({ kind: 'refused', status: 401 })
    expect(elements.access.hidden).toBe(false)
    expect(elements.live.hidden).toBe(true)
    expect(elements.accessError.textContent).toContain('not the token of this server')
    expect([page.token, stored.size]).toEqual([undefined, 0])
    // Another request of the same time.
    page.ask(401)
    expect(elements.accessError.textContent).toContain('not the token of this server')
    enter(' right ')
    expect(latest().stream.token).toBe('right')
    latest().watcher.state({ kind: 'live' })
    expect(elements.access.hidden).toBe(true)
    expect([...stored.values()]).toEqual(['right'])
  })

  it.each([
    [401, ''],
    [403, 'This server shows it to this computer without a token, but not to this request.'],
  ])('names no wrong token where it had none: %i', (status, text) => {
    const { page, elements, latest } = scene('http://h/-/transfers')
    page.follow()
    latest().watcher.state({ kind: 'refused', status })
    expect(elements.accessError.textContent).toBe(text)
  })

  it('says when the connection is lost', () => {
    const { page, elements, latest } = scene()
    page.follow()
    latest().watcher.state({ kind: 'reconnecting' })
    expect(elements.state.textContent).toBe('The connection is lost. Trying again …')
    latest().watcher.state({ kind: 'lost', reason: 'gone' })
    expect(elements.state.textContent).toContain('No longer live: gone.')
  })
})
