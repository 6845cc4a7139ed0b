import { readdirSync, readFileSync, realpathSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core'
import { publint } from 'publint'
import tap from 'tap'
import { BROWSER_MODULE, INFERRED_MODULE, SERVER_MODULE } from '../fixture/consumer-modules.js'
import { inForm, isLong } from '../fixture/long-form.js'
import { fencedBlocks, pages } from '../fixture/markdown.js'
import { PackedPackage } from '../fixture/packed-package.js'
import { textOf } from '../fixture/type-check.js'

/** What each application of the table is compiled with; the libraries' declarations are checked too. */
const STRICT = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: false,
  target: 'es2022',
  lib: ['es2022'],
  types: ['node'],
  noEmit: true,
  pretty: false,
}
const ESM = { ...STRICT, verbatimModuleSyntax: true }
const NODENEXT = { ...ESM, module: 'nodenext' }
const NODE16 = { ...ESM, module: 'node16' }
const BUNDLER = { ...ESM, module: 'esnext', moduleResolution: 'bundler' }
const COMMONJS = { ...STRICT, esModuleInterop: true }
const NODE10 = { ...COMMONJS, module: 'commonjs', moduleResolution: 'node10' }
const BROWSER = {
  ...BUNDLER,
  lib: ['es2022', 'dom', 'dom.iterable', 'dom.asynciterable'],
  types: [],
}
const CONDITION = { ...BROWSER, customConditions: ['browser'] }
const NO_INTEROP = { ...NODE10, esModuleInterop: false }
const DECLARATIONS = {
  ...NODENEXT,
  noEmit: false,
  declaration: true,
  emitDeclarationOnly: true,
  outDir: 'declared',
}

/** Oldest and newest: docs/install.md names them. */
const COMPILERS = ['typescript-5.4', 'typescript', 'typescript-6', 'typescript-7'] as const
type Compiler = (typeof COMPILERS)[number]
const [OLDEST, CURRENT, SIX, NEWEST] = COMPILERS
/** The short form has the oldest and the newest. */
const isInForm = (compiler: Compiler) => isLong || compiler === OLDEST || compiler === NEWEST

const application = new PackedPackage()
tap.teardown(() => application[Symbol.dispose]())
application.depend('@types/node')
const compile = async (compiler: Compiler, compilerOptions: object, files: readonly string[]) => {
  const config = application.write('tsconfig.json', JSON.stringify({ compilerOptions, files }))
  const tsc = resolve('node_modules', compiler, 'bin/tsc')
  const { stdout, stderr } = await application.run(tsc, '-p', config)
  return stdout + stderr
}

application.write('server.ts', SERVER_MODULE)
application.write('server.cts', SERVER_MODULE)
// A package of its own, whose .ts files are CommonJS.
application.write('commonjs/package.json', '{}')
application.write('commonjs/server.ts', SERVER_MODULE)
application.write('browser.ts', BROWSER_MODULE)
application.write('inferred.ts', INFERRED_MODULE)

const ROWS: readonly [string, Compiler, object, readonly string[]][] = [
  [
    'ESM and CommonJS, nodenext',
    OLDEST,
    { ...NODENEXT, verbatimModuleSyntax: false },
    ['server.ts', 'server.cts'],
  ],
  ['ESM, nodenext', SIX, NODENEXT, ['server.ts']],
  ['ESM, nodenext', NEWEST, NODENEXT, ['server.ts']],
  [
    'CommonJS, nodenext',
    NEWEST,
    { ...COMMONJS, module: 'nodenext' },
    ['server.cts', 'commonjs/server.ts'],
  ],
  [
    'CommonJS, node16',
    inForm({ short: NEWEST, long: CURRENT }),
    { ...COMMONJS, module: 'node16' },
    ['server.cts', 'commonjs/server.ts'],
  ],
  ['ESM, node16', NEWEST, NODE16, ['server.ts']],
  ['bundler', NEWEST, BUNDLER, ['server.ts']],
  ['CommonJS, node10', OLDEST, NODE10, ['commonjs/server.ts']],
  [
    'CommonJS without esModuleInterop, node10',
    inForm({ short: OLDEST, long: CURRENT }),
    NO_INTEROP,
    ['client.ts'],
  ],
  ['a browser, without types of Node', OLDEST, BROWSER, ['browser.ts']],
  ['a browser, without types of Node', NEWEST, BROWSER, ['browser.ts']],
  ['a browser, with the condition browser', NEWEST, CONDITION, ['browser.ts']],
]
application.write(
  'client.ts',
  `import { resumableStream } from 'lastbyte/client'\nexport const open = resumableStream\n`,
)

for (const [name, compiler, options, files] of ROWS.filter((row) => isInForm(row[1]))) {
  tap.test(`the packed declarations compile for ${name}, with ${compiler}`, async (t) => {
    t.equal(await compile(compiler, options, files), '')
  })
}

tap.test('reply.sendFile and app.transfers are typed by an import of a type alone', async (t) => {
  application.write(
    'alone.ts',
    `import type { FastifyInstance, FastifyReply } from 'fastify'
     import type { LastbyteOptions } from 'lastbyte'
     export const root = (options: LastbyteOptions) => options.root
     export const send = (reply: FastifyReply) => reply.sendFile('a').download('b').ndjson([])
     export const sent = (app: FastifyInstance): number => app.transfers.bytesSent`,
  )
  t.equal(await compile(NEWEST, NODENEXT, ['alone.ts']), '')
})

tap.test('every module that adds to the types of Fastify is reached from the entry', async (t) => {
  application.write('entry.ts', `import 'lastbyte'`)
  const listed = await compile(NEWEST, { ...NODENEXT, listFiles: true }, ['entry.ts'])
  const dist = join(application.installed, 'dist')
  const adding = readdirSync(dist, { recursive: true })
    .map((file) => join(dist, String(file)))
    .filter((file) => file.endsWith('.d.ts'))
    .filter((file) => readFileSync(file, 'utf8').includes("declare module 'fastify'"))
  t.ok(adding.length >= 3, `${adding.length} modules`)
  t.same(
    adding.filter((file) => !listed.includes(realpathSync(file))),
    [],
  )
})

tap.test('the oldest Fastify has the types of the decorators too', async (t) => {
  application.useFastify('fastify-5.0')
  t.teardown(() => application.useFastify('fastify'))
  t.equal(await compile(NEWEST, { ...NODENEXT, skipLibCheck: true }, ['server.ts']), '')
})

for (const compiler of [CURRENT, NEWEST].filter(isInForm)) {
  tap.test(
    `inferred types are named by the entries of the package, with ${compiler}`,
    async (t) => {
      t.equal(await compile(compiler, DECLARATIONS, ['inferred.ts']), '')
      const declared = readFileSync(join(application.folder, 'declared/inferred.d.ts'), 'utf8')
      t.notMatch(declared, /node_modules|dist\//)
    },
  )
}

tap.test('each code block of the pages compiles against the packed declarations', async (t) => {
  application.depend('pino')
  application.depend('@aws-sdk/client-s3')
  application.depend('@fastify/cors')
  application.depend('redis')
  const files = pages()
    .flatMap(fencedBlocks)
    .filter(({ info: [language = ''] }) => ['js', 'ts'].includes(language))
    .filter(({ info }) => !info.includes('script'))
    .map(({ page, line, text, info }) => {
      const form = info.includes('fragment') ? 'fragment' : 'module'
      const name = `blocks/${page.replaceAll(/\W/g, '-')}-${line}.ts`
      application.write(name, textOf({ id: name, text, form }))
      return name
    })
  t.ok(files.length > 10, `${files.length} blocks`)
  t.equal(await compile(NEWEST, { ...NODENEXT, exactOptionalPropertyTypes: true }, files), '')
})

tap.test('arethetypeswrong finds no problem in the tarball', async (t) => {
  const tarball = new Uint8Array(readFileSync(application.tarball))
  const { problems } = (await checkPackage(createPackageFromTarballData(tarball))) as {
    problems: { entrypoint?: string }[]
  }
  // What runs in browsers alone has no CommonJS, and the script of the worker has no types.
  const ofNode = problems.filter(({ entrypoint = '' }) => !entrypoint.startsWith('./video'))
  t.same(ofNode, [])
})

tap.test('publint finds no problem in the tarball', async (t) => {
  const { buffer } = new Uint8Array(readFileSync(application.tarball))
  const { messages } = await publint({ pack: { tarball: buffer }, strict: true })
  t.same(messages, [])
})
