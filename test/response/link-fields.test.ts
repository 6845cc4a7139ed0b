import type { FastifyReply } from 'fastify'
import { describe, expect, it } from 'vitest'
import { DEFAULT_SYNTAX } from '../../src/http/request-target.js'
import { linksOf } from '../../src/response/link-fields.js'

function links(metalink: object | undefined, asked: 'by-query' | undefined, url = '/f') {
  const context = { settings: { metalink }, syntax: DEFAULT_SYNTAX }
  const reply = { request: { raw: { url } } } as unknown as FastifyReply
  return linksOf(context as never, { metalink: asked }, 'd/f', reply)
}

describe('linksOf', () => {
  it('names the mirrors by the key of the file, with the signature alone', () => {
    const mirrors = ['https://m.example/']
    expect(links({ mirrors }, 'by-query', '/p/d/f?t=1&lb-key=k')).toEqual([
      '<?t=1&lb-key=k&metalink>; rel=describedby; type="application/metalink4+xml"',
      '<https://m.example/d/f?lb-key=k>; rel=duplicate; pri=1',
    ])
  })

  it.each([
    ['without the option', undefined, 'by-query'],
    ['for a call that sends a file', { mirrors: [] }, undefined],
  ] as const)('names nothing %s', (_when, metalink, asked) => {
    expect(links(metalink, asked)).toBeUndefined()
  })
})
