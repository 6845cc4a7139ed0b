import { parse } from 'content-disposition'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { attachment } from '../../src/http/content-disposition.js'
import { anyText } from '../fixture/any-text.js'

it.each([
  { section: '6266 §4.3', name: 'example.html', want: 'filename=example.html' },
  { section: '6266 §4.3', name: 'an example.html', want: 'filename="an example.html"' },
  { section: '6266 §4.3', name: 'a;b,c=d.mp4', want: 'filename="a;b,c=d.mp4"' },
  { section: '9110 §5.6.4', name: 'a"b".mp4', want: 'filename="a\\"b\\".mp4"' },
  {
    section: '6266 §5',
    name: '€ rates',
    want: `filename="? rates"; filename*=UTF-8''%E2%82%AC%20rates`,
  },
  {
    section: '6266 §4.3',
    name: 'café.mp4',
    want: `filename="caf?.mp4"; filename*=UTF-8''caf%C3%A9.mp4`,
  },
  {
    section: '8187 §3.2',
    name: "映画's (1*).mp4",
    want: `filename="??'s (1*).mp4"; filename*=UTF-8''%E6%98%A0%E7%94%BB%27s%20%281%2A%29.mp4`,
  },
  { section: '8187 §3.2', name: '🎬', want: `filename="??"; filename*=UTF-8''%F0%9F%8E%AC` },
  {
    section: '6266 D',
    name: '50%41.mp4',
    want: `filename=50%41.mp4; filename*=UTF-8''50%2541.mp4`,
  },
  { section: '6266 §4.3', name: '/films/a.mp4', want: 'filename=a.mp4' },
  { section: '6266 §4.3', name: '../../etc/passwd', want: 'filename=passwd' },
  { section: '6266 §4.3', name: 'C:\\films\\a.mp4', want: 'filename=a.mp4' },
  { section: '6266 §4.3', name: 'films\n/a.mp4', want: 'filename=a.mp4' },
  { section: '6266 §7', name: 'a\r\nSet-Cookie: b.mp4', want: 'filename="aSet-Cookie: b.mp4"' },
  { section: '6266 §7', name: 'a\0\t\u007f\u0085b.mp4', want: 'filename=ab.mp4' },
  { section: '8187 §3.2', name: 'a\ud800b.mp4', want: 'filename=ab.mp4' },
])('attachment for the file name $name is $want (RFC $section)', ({ name, want }) => {
  expect(attachment(name)).toBe(`attachment; ${want}`)
})

it('attachment for any file name is one line of ASCII that decodes to the last path segment', () => {
  fc.assert(
    fc.property(anyText('"', '\\', '/', '%41', "'", '*', 'é', '映', '🎬', '\r\n'), (name) => {
      const field = attachment(name)
      expect(field).toMatch(/^[\x20-\x7e]*$/)
      const saved = parse(field).parameters.filename
      expect(saved).toBe(name.replace(/^.*[/\\]/s, '').replace(/[\p{Cc}\p{Cs}]/gu, ''))
    }),
  )
})
