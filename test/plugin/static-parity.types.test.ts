import { describe, expect, it } from 'vitest'
import { errorsOf, programOf } from '../fixture/type-check.js'
import { TYPES } from './static-parity/types.js'

/** The code of a row in an application, over HTTP/1.1 and HTTP/2, with one of the plugins. */
function moduleOf(code: string, plugin: string): string {
  return `import Fastify from 'fastify'
import plugin from '${plugin}'
{
  const app = Fastify()
  ${code}
}
{
  const app = Fastify({ http2: true })
  ${code}
}`
}

// Each plugin has a program of its own, since both declare the same members of a reply.
describe.each([
  ['static', '@fastify/static'],
  ['lastbyte', 'lastbyte'],
] as const)('In TypeScript, with %s,', (name, plugin) => {
  const blocks = TYPES.map(({ title, code }) => {
    return { id: title, text: moduleOf(code, plugin), form: 'module' } as const
  })
  const program = programOf(blocks)

  it.each(
    TYPES.map((row, index) => [row.start[name] ?? row.start.static, row.title, index] as const),
  )('that it compiles is %s: %s', (compiles, _title, index) => {
    const errors = errorsOf(program, index, blocks[index] as (typeof blocks)[number])
    if (compiles) expect(errors).toEqual([])
    else expect(errors).not.toEqual([])
  })
})
