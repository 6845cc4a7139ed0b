import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { faultServer } from '../../src/testing/index.js'
import { fencedBlocks, pages } from '../fixture/markdown.js'
import { publicExports } from '../fixture/public-exports.js'
import { CompiledPackage } from '../fixture/run-modules.js'
import { type CodeBlock, errorsOf, programOf } from '../fixture/type-check.js'
import { WITHOUT_EXAMPLE } from './without-example.js'

/** Docstring examples of these run as in a browser: package.json's `browser` condition. */
const isOfBrowser = (id: string) => id.includes('(src/client/browser.ts)')

/** What a page writes behind the language of a block that doesn't run here: see CodeBlock.form. */
const FORMS = ['fragment', 'script', 'server'] as const

const entries = programOf([])
const exported = publicExports(entries)
const docstrings: CodeBlock[] = exported.flatMap(({ id, examples }) =>
  examples.map((text) => ({ id, text, form: 'module' })),
)
const ofPages: CodeBlock[] = pages()
  .flatMap(fencedBlocks)
  .filter(({ info: [language = ''] }) => ['js', 'ts'].includes(language))
  .map(({ page, line, info, text }) => ({
    id: `${page}:${line}`,
    text,
    form: FORMS.find((form) => info.includes(form)) ?? 'module',
  }))
const blocks = [...docstrings, ...ofPages]

const program = programOf(blocks, entries)
let failures = new Map<string, string>()

beforeAll(async () => {
  using compiled = new CompiledPackage()
  const [browser, node] = [true, false].map((wanted) =>
    docstrings.filter(({ id }) => isOfBrowser(id) === wanted),
  )
  failures = new Map([
    ...(await compiled.run(node ?? [])),
    ...(await compiled.run(browser ?? [], { condition: 'browser' })),
    ...(await runPages(compiled)),
  ])
}, 120_000)

/** Pages write to the working folder, and read from the server that `npm start` starts. */
async function runPages(compiled: CompiledPackage): Promise<Map<string, string>> {
  const cwd = mkdtempSync(join(tmpdir(), 'lastbyte-pages-'))
  afterAll(() => rmSync(cwd, { recursive: true, force: true }))
  symlinkSync(resolve('media'), join(cwd, 'media'))
  const server = await faultServer({ root: 'media', seed: 1 })
  try {
    const modules = ofPages
      .filter(({ form }) => form === 'module')
      .map(({ id, text }) => ({ id, text: text.replaceAll('http://127.0.0.1:8080', server.url) }))
    return await compiled.run(modules, { cwd })
  } finally {
    await server.close()
  }
}

describe('Each public export', () => {
  it.each(exported.map((each) => [each.id, each] as const))(
    '%s has an @example with a ts block, or is a listed exception',
    (id, { examples }) => {
      expect(examples.length > 0).toBe(!WITHOUT_EXAMPLE.includes(id))
    },
  )
})

describe('Each code block of a docstring or a page', () => {
  it.each(blocks.map((block, index) => [block.id, index, block] as const))(
    'of %s has the types that the package declares',
    (_, index, block) => {
      expect(errorsOf(program, index, block)).toEqual([])
    },
  )

  it.each(blocks.filter(({ form }) => form === 'module').map(({ id }) => [id]))(
    'of %s runs without an error and ends by itself',
    (id) => {
      expect(failures.get(id)).toBeUndefined()
    },
  )
})
