import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify'
import { describe, expect, it } from 'vitest'
import { addPageSpace, type PageSpace, pageSpaceOf } from '../../src/response/page-spaces.js'

const below = (path: string, depth: number): PageSpace => ({
  contains: (url) => url.startsWith(path),
  depth,
})

function found(server: FastifyInstance, url: string): number | undefined {
  return pageSpaceOf({ server, request: { raw: { url } } } as FastifyReply)?.depth
}

describe('pageSpaceOf', () => {
  it('is undefined where no registration has error pages', () => {
    expect(found(Fastify(), '/a')).toBeUndefined()
  })

  it('is the innermost registration that contains the request', () => {
    const app = Fastify()
    addPageSpace(app, below('/', 0))
    addPageSpace(app, below('/a/b/', 2))
    addPageSpace(app, below('/a/', 1))
    expect(['/x', '/a/x', '/a/b/x'].map((url) => found(app, url))).toEqual([0, 1, 2])
  })

  it('applies in the scopes within, and not in those outside', async () => {
    const app = Fastify()
    addPageSpace(app, below('/a/', 1))
    await app.register(async (scope) => {
      addPageSpace(scope, below('/a/b/', 2))
      addPageSpace(scope, below('/c/', 1))
      expect(found(scope, '/a/x')).toBe(1)
      expect(found(scope, '/a/b/x')).toBe(2)
      expect(found(scope, '/c/x')).toBe(1)
    })
    expect(found(app, '/a/b/x')).toBe(1)
    expect(found(app, '/c/x')).toBeUndefined()
  })
})
