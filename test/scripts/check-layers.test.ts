import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Folder } from '../fixture/files.js'

const load = (file: string) =>
  import(new URL(`../../scripts/check-layers/${file}`, import.meta.url).href)
const { checkTree } = await load('check-tree.mjs')
const { RULES } = await load('rules.mjs')

const PACKAGE = JSON.stringify({
  name: 'lastbyte',
  bin: { lastbyte: 'dist/cli/main.cjs' },
  exports: {
    '.': { types: './dist/index.d.ts', default: './dist/index.js' },
    './client': { browser: './dist/client/browser.js', default: './dist/client/index.js' },
    './package.json': './package.json',
  },
})

/** A tree that breaks no rule: every layer is imported by a higher one. */
const RIGHT = {
  'package.json': PACKAGE,
  'src/errors.ts': 'export class Failure extends Error {}\n',
  'test/errors.test.ts': '',
  'src/index.ts': "export { default } from './plugin/plugin.js'\n",
  'src/plugin/plugin.ts':
    "import type { ByteSource } from '../source/byte-source.js'\nexport default function plugin(_: ByteSource) {}\n",
  'test/plugin/plugin.test.ts': '',
  'test/plugin/plugin.hooks.test.ts': '',
  'src/source/byte-source.ts': 'export interface ByteSource { read(): void }\n',
  'src/source/file/file-source.ts':
    "export type * from '../byte-source.js'\nnew Worker(new URL('./worker.js', import.meta.url))\n",
  'src/source/file/worker.js': "import '../../errors.js'\n",
  'src/source/s3/s3-source.ts': "export const SIZE = 1\nexport * from '../byte-source.js'\n",
  'src/client/index.ts': "export * from './browser.js'\nimport 'node:fs'\n",
  'src/client/browser.ts': "import { parse } from 'eventsource-parser/stream'\nvoid parse\n",
  'src/cli/main.ts':
    "import '../source/file/file-source.js'\nimport '../source/s3/s3-source.js'\nawait import('../index.js')\n",
  'src/pages/assets/watch.js': "import '../../anything.js'\n",
  'test/journey/anything.test.ts': '',
}

/** The violations of the right tree with these files added or replaced. */
function violationsOf(
  files: Record<string, string>,
  withoutTwin: Record<string, string> = {},
): string[] {
  using folder = new Folder({ ...RIGHT, ...files })
  return checkTree(folder.path, { ...RULES, withoutTwin })
}

/** Files of a tree in which `src/cli/main.ts` reaches the given modules. */
function reached(files: Record<string, string>): Record<string, string> {
  const imports = Object.keys(files)
    .filter((file) => file.startsWith('src/'))
    .map((file) => `import '${file.replace('src/', '../').replace('.ts', '.js')}'\n`)
  return { ...files, 'src/cli/main.ts': RIGHT['src/cli/main.ts'] + imports.join('') }
}

describe('The layout check of a source tree', () => {
  it('reports nothing for a tree that follows every rule', () => {
    expect(violationsOf({})).toEqual([])
  })

  it.each([
    {
      rule: 'a type-only import of a higher layer',
      files: { 'src/http/date.ts': "\nimport type { Plugin } from '../plugin/plugin.js'\n" },
      violation:
        'src/http/date.ts:2: http may not import plugin (src/plugin/plugin.ts), which is in a higher layer',
    },
    {
      rule: 'an import of a folder of the same layer',
      files: {
        'src/http/date.ts': "export * from '../native/calls.js'\n",
        'src/native/calls.ts': '',
      },
      violation:
        'src/http/date.ts:1: http may not import native (src/native/calls.ts), which is beside it in the same layer',
    },
    {
      rule: 'a dynamic import of a higher layer',
      files: { 'src/http/date.ts': "export const load = import('../plugin/plugin.js')\n" },
      violation: 'src/http/date.ts:1: http may not import plugin',
    },
    {
      rule: 'a type that is imported in place from a higher layer',
      files: { 'src/http/date.ts': "export type P = import('../plugin/plugin.js').P\n" },
      violation: 'src/http/date.ts:1: http may not import plugin',
    },
    {
      rule: 'a require of a higher layer',
      files: { 'src/http/date.ts': "require('../plugin/plugin.js')\n" },
      violation: 'src/http/date.ts:1: http may not import plugin',
    },
    {
      rule: 'a worker module of a higher layer',
      files: { 'src/http/date.ts': "new URL('../plugin/plugin.js', import.meta.url)\n" },
      violation: 'src/http/date.ts:1: http may not import plugin',
    },
    {
      rule: 'an import from the root of source/ into a source',
      files: { 'src/source/failover.ts': "import './s3/s3-source.js'\n" },
      violation:
        'src/source/failover.ts:1: source/ may not import source/s3 (src/source/s3/s3-source.ts), which is in a higher layer',
    },
    {
      rule: 'an import from one kind of source into another beside it',
      files: {
        'src/source/s3/open.ts': "import '../upstream/open.js'\n",
        'src/source/upstream/open.ts': '',
      },
      violation:
        'src/source/s3/open.ts:1: source/s3 may not import source/upstream (src/source/upstream/open.ts), which is beside it',
    },
    {
      rule: 'an import of the client that its layer would allow',
      files: { 'src/client/read.ts': "import '../native/calls.js'\n", 'src/native/calls.ts': '' },
      violation:
        'src/client/read.ts:1: client may not import native (src/native/calls.ts): client may import only client, transport,',
    },
    {
      rule: 'a module of Node that the browser entry reaches',
      files: {
        'src/client/browser.ts': "import { parse } from './read.js'\n",
        'src/client/read.ts': "\n\nimport { createHash } from 'node:crypto'\n",
      },
      violation:
        "src/client/read.ts:3: imports 'node:crypto', which browsers don't have, and is reached from the browser entry",
    },
    {
      rule: 'a module of Node without its prefix that the browser entry reaches',
      files: { 'src/client/browser.ts': "import 'fs/promises'\n" },
      violation: "src/client/browser.ts:1: imports 'fs/promises', which browsers don't have",
    },
    {
      rule: 'a package that is not known to run in browsers',
      files: { 'src/client/browser.ts': "import 'undici'\n" },
      violation:
        "src/client/browser.ts:1: imports 'undici', which isn't on the list of packages that run in browsers",
    },
    {
      rule: 'an import whose name is computed',
      files: {
        'src/http/date.ts': 'declare const name: string\nexport const loaded = import(name)\n',
      },
      violation: 'src/http/date.ts:2: imports a module whose name is computed',
    },
    {
      rule: 'an import of the package itself by its name',
      files: { 'src/http/date.ts': "import 'lastbyte/client'\n" },
      violation: "src/http/date.ts:1: imports its own package as 'lastbyte/client'",
    },
    {
      rule: 'an import of a module that does not exist',
      files: { 'src/http/date.ts': "import './absent.js'\n" },
      violation: "src/http/date.ts:1: imports './absent.js', which is no module of src/",
    },
  ])('reports $rule with its line', ({ files, violation }) => {
    expect(violationsOf(reached(files))).toEqual([expect.stringContaining(violation)])
  })

  it.each([
    {
      rule: 'a top-level file that is not listed',
      file: 'src/retry.ts',
      violation: "src/retry.ts: top-level file of src/ that isn't listed",
    },
    {
      rule: 'a top-level folder that is not listed',
      file: 'src/stream/date.ts',
      violation: "src/stream/date.ts: top-level folder src/stream/ isn't listed",
    },
    {
      rule: 'a sub-folder that is not listed',
      file: 'src/source/azure/open.ts',
      violation: "src/source/azure/open.ts: sub-folder src/source/azure/ isn't listed",
    },
    {
      rule: 'a folder in a sub-folder',
      file: 'src/source/s3/deep/open.ts',
      violation: "src/source/s3/deep/open.ts: sub-folder src/source/s3/deep/ isn't listed",
    },
    {
      rule: 'a module whose name says nothing',
      file: 'src/http/date-utils.ts',
      violation: 'src/http/date-utils.ts: "utils" says nothing about the contents',
    },
    {
      rule: 'a test folder whose name says nothing',
      file: 'test/fixture/helpers/date.ts',
      violation: 'test/fixture/helpers/date.ts: "helpers" says nothing about the contents',
    },
  ])('reports $rule', ({ file, violation }) => {
    expect(violationsOf(reached({ [file]: '' }))).toEqual([expect.stringContaining(violation)])
  })

  it('reports the path of an import cycle once, type-only imports included', () => {
    const files = {
      'src/http/a.ts': "import type { B } from './b.js'\n",
      'src/http/b.ts': "export type B = 1\nexport * from './c.js'\n",
      'src/http/c.ts': "import './a.js'\n",
    }
    expect(violationsOf(reached(files))).toEqual([
      expect.stringContaining(
        'src/http/a.ts:1: import cycle: src/http/a.ts → src/http/b.ts → src/http/c.ts → src/http/a.ts; move what they share',
      ),
    ])
  })

  it('reports every separate import cycle', () => {
    const files = {
      'src/http/a.ts': "import './b.js'\n",
      'src/http/b.ts': "import './a.js'\n",
      'src/http/c.ts': "import './d.js'\nimport './a.js'\n",
      'src/http/d.ts': "import './c.js'\n",
    }
    expect(violationsOf(reached(files))).toEqual([
      expect.stringContaining('src/http/a.ts → src/http/b.ts → src/http/a.ts'),
      expect.stringContaining('src/http/c.ts → src/http/d.ts → src/http/c.ts'),
    ])
  })

  it('reports a module of 251 lines, but neither one of 250 nor one that a decision record names', () => {
    const files = reached({
      'src/http/fits.ts': '// line\n'.repeat(250),
      'src/http/long.ts': '// line\n'.repeat(251),
      'src/http/decided.ts': '// line\n'.repeat(300),
    })
    const record = { 'docs/decisions/0001-length.md': '`src/http/decided.ts` may be long.' }
    expect(violationsOf({ ...files, ...record })).toEqual([
      expect.stringContaining('src/http/long.ts: 251 lines, at most 250 are allowed'),
    ])
  })

  it('reports a module that only an unreached module imports', () => {
    const files = {
      'src/http/a.ts': '',
      'src/http/b.ts': "import './a.js'\n",
    }
    expect(violationsOf(files)).toEqual([
      expect.stringContaining('src/http/a.ts: no entry of package.json (exports, bin) reaches'),
      expect.stringContaining('src/http/b.ts: no entry of package.json (exports, bin) reaches'),
    ])
  })

  it('reports an entry of package.json that does not exist', () => {
    const bin = { lastbyte: 'dist/cli/main.js', other: './dist/cli/other.js' }
    const files = { 'package.json': JSON.stringify({ ...JSON.parse(PACKAGE), bin }) }
    expect(violationsOf(files)).toEqual([
      expect.stringContaining("package.json: exports or bin names src/cli/other.ts, which doesn't"),
    ])
  })
})

describe('The check that each module with logic has its test', () => {
  it.each([
    ['a function', 'export function f() { return 1 }\n'],
    ['an arrow function', 'export const f = () => 1\n'],
    ['a class', 'export class A {}\n'],
    ['an accessor', 'export const a = { get b() { return 1 } }\n'],
  ])('reports a module with %s and no test', (_, text) => {
    expect(violationsOf(reached({ 'src/http/a.ts': text }))).toEqual([
      'src/http/a.ts: has logic but no test: write test/http/a.test.ts',
    ])
  })

  it.each([
    ['types', 'export interface A { f(): void }\nexport type B = () => void\n'],
    ['constants', "export const A = ['a'] as const\n"],
    ['re-exports', "export * from './b.js'\n"],
    ['ambient declarations', 'export declare class A { f(): void }\ndeclare function g(): void\n'],
  ])('needs no test for a module with nothing but %s', (_, text) => {
    expect(violationsOf(reached({ 'src/http/a.ts': text, 'src/http/b.ts': '' }))).toEqual([])
  })

  it('counts a test of one aspect as a test of the module', () => {
    const files = { 'src/http/a.ts': 'export class A {}\n', 'test/http/a.limits.test.ts': '' }
    expect(violationsOf(reached(files))).toEqual([])
  })

  it('reports a test whose module does not exist', () => {
    expect(violationsOf({ 'test/http/gone.limits.test.ts': '' })).toEqual([
      expect.stringContaining(
        "test/http/gone.limits.test.ts: tests src/http/gone.ts, which doesn't",
      ),
    ])
  })

  it('accepts an exception, and reports one that is no longer needed', () => {
    const files = reached({ 'src/http/a.ts': 'export class A {}\n', 'src/http/b.ts': '' })
    const exceptions = { 'src/http/a.ts': '', 'src/http/b.ts': '', 'src/http/c.ts': '' }
    expect(violationsOf(files, exceptions)).toEqual([
      expect.stringContaining('src/http/b.ts: needs no exception: remove it'),
      expect.stringContaining("src/http/c.ts: doesn't exist: remove it"),
    ])
  })
})

describe('The command that checks the layout', () => {
  it('prints each violation on stderr and exits with 1', () => {
    using folder = new Folder({ ...RIGHT, 'src/http/a.ts': '' })
    const { status, stderr } = spawnSync(
      process.execPath,
      [resolve('scripts/check-layers/main.mjs'), folder.path],
      { encoding: 'utf8' },
    )
    expect(stderr).toContain('src/http/a.ts: no entry of package.json')
    expect(status).toBe(1)
  })
})
