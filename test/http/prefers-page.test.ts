import { describe, expect, it } from 'vitest'
import { prefersPage } from '../../src/http/prefers-page.js'

const CHROMIUM =
  'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8'
const FIREFOX = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'
const FIREFOX_VIDEO =
  'video/webm,video/ogg,video/*;q=0.9,application/ogg;q=0.7,audio/*;q=0.6,*/*;q=0.5'

describe('prefersPage', () => {
  it.each<[string, Record<string, string>]>([
    ['Chromium that opens a page', { accept: CHROMIUM, 'sec-fetch-dest': 'document' }],
    ['Firefox that opens a page', { accept: FIREFOX, 'sec-fetch-dest': 'document' }],
    ['a browser without Fetch Metadata', { accept: FIREFOX }],
    ['a page in a frame', { accept: FIREFOX, 'sec-fetch-dest': 'iframe' }],
    ['a script that asks for HTML', { accept: 'text/html', 'sec-fetch-dest': 'empty' }],
    ['HTML rather than anything', { accept: 'text/html, */*' }],
    ['HTML rather than JSON', { accept: 'application/json;q=0.5, text/html' }],
  ])('is true for %s', (_who, headers) => {
    expect(prefersPage(headers)).toBe(true)
  })

  it.each<[string, Record<string, string>]>([
    ['no Accept', {}],
    ['an empty Accept', { accept: '' }],
    ['curl, wget, aria2 and fetch', { accept: '*/*' }],
    ['a program that reads JSON', { accept: 'application/json' }],
    ['JSON before HTML', { accept: 'application/json, text/html' }],
    ['JSON rather than HTML', { accept: 'application/json, text/html;q=0.9' }],
    ['a program that reads problem details', { accept: 'application/problem+json, text/html' }],
    ['HTML that is refused', { accept: 'text/html;q=0, */*' }],
    ['a picture', { accept: 'image/avif,image/webp,*/*;q=0.8' }],
    ['a video of Firefox', { accept: FIREFOX_VIDEO, 'sec-fetch-dest': 'video' }],
    ['an event stream', { accept: 'text/event-stream' }],
    ['a malformed Accept', { accept: 'text/html garbage' }],
    ['a download that continues', { accept: CHROMIUM, range: 'bytes=100-' }],
    ...[
      'video',
      'audio',
      'track',
      'image',
      'script',
      'style',
      'font',
      'worker',
      'serviceworker',
      'manifest',
    ].map((destination): [string, Record<string, string>] => [
      `the destination ${destination}, whatever Accept says`,
      { accept: CHROMIUM, 'sec-fetch-dest': destination },
    ]),
  ])('is false for %s', (_who, headers) => {
    expect(prefersPage(headers)).toBe(false)
  })
})
