import { cpSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import tap from 'tap'
import { changed, Guide } from '../fixture/guide.js'
import { LinkedApplication } from '../fixture/linked-application.js'
import { needs } from '../fixture/process.js'

const TESTS = 14

/** The application in CommonJS. */
function commonJs(module: string): string {
  return module
    .replace("import { join } from 'node:path'", "const { join } = require('node:path')")
    .replace(/import fastifyStatic from (.*)/, 'const fastifyStatic = require($1)')
    .replace(/import Fastify, .* from 'fastify'/, "const Fastify = require('fastify')")
    .replace('(name: string)', '(name)')
    .replace('export async', 'exports.createApp = createApp\nasync')
    .replace(': Promise<FastifyInstance>', '')
}

const CONFIG = {
  compilerOptions: { strict: true, module: 'nodenext', target: 'es2022', types: ['node'] },
  files: ['app.ts'],
}

const FORMS = {
  'app.ts': { type: 'module', test: 'tsc && node --test app.test.mjs' },
  'app.cjs': { type: 'commonjs', test: 'node --test app.test.mjs' },
}

tap.test(
  'docs/guides/move-from-fastify-static.md: an application keeps its tests, in TypeScript and CommonJS',
  needs('npm', 'sed'),
  async (t) => {
    using application = new LinkedApplication()
    const at = (name: string) => join(application.folder, name)
    const read = (name: string) => readFileSync(at(name), 'utf8')
    const guide = new Guide('move-from-fastify-static')
    const app = guide.next('// app.ts')
    cpSync('test/fixture/moved-site', application.folder, { recursive: true })
    application.write('public/site.js.gz', gzipSync(read('public/site.js')))
    application.write('private/report.pdf', '%'.repeat(3000))
    application.write('tsconfig.json', JSON.stringify(CONFIG))
    application.write('app.ts', app)
    application.write('app.cjs', commonJs(app))
    const use = (file: keyof typeof FORMS) => {
      const { type, test } = FORMS[file]
      const manifest = JSON.parse(read('package.json'))
      application.write('package.json', JSON.stringify({ ...manifest, type, scripts: { test } }))
    }
    const edit = (file: string, diff: string) =>
      void application.write(file, changed(read(file), diff))
    const passes = async (file: keyof typeof FORMS, commands: string) => {
      use(file)
      const { code, stdout, stderr } = await application.shell(commands)
      t.equal(code, 0, `${file}: ${commands}${stderr}`)
      t.match(stdout, `# pass ${TESTS}\n`)
      t.match(stdout, '# fail 0\n')
    }
    const needed = 'npm uninstall lastbyte && npm install fastify @fastify/static @types/node'
    t.equal((await application.shell(needed)).code, 0)

    const test = guide.next('npm test')
    await passes('app.ts', test)
    await passes('app.cjs', test)
    t.match(await application.shell(guide.next('npm install lastbyte')), { code: 0 })

    edit('app.ts', guide.next('-import fastifyStatic'))
    edit('app.cjs', guide.next('-const fastifyStatic'))
    const older = guide.next('-const fastifyStatic')
    const rename = guide.next('sed -i')
    t.equal((await application.shell(rename)).code, 0)

    const again = guide.next('npm test')
    use('app.ts')
    const typed = await application.shell(again)
    t.not(typed.code, 0)
    t.match(typed.stdout, "error TS18048: 'stat' is possibly 'undefined'.")
    t.match(typed.stdout, "'extendedFolderInfo' does not exist in type 'ListOptions'.")
    use('app.cjs')
    const { stdout } = await application.shell(again)
    t.match(
      stdout,
      'list.extendedFolderInfo: not supported: compute it in "list.render"; received true',
    )

    const changes = [guide.next('-      reply'), guide.next('-      extended')]
    for (const diff of changes) for (const file of ['app.ts', 'app.cjs']) edit(file, diff)
    const moved = guide.next('npm test')
    await passes('app.ts', moved)
    await passes('app.cjs', moved)
    application.write('app.cjs', commonJs(app))
    for (const diff of [older, ...changes]) edit('app.cjs', diff)
    t.equal((await application.shell(rename)).code, 0)
    await passes('app.cjs', moved)
    const removed = guide.next('npm uninstall @fastify/static')
    await passes('app.cjs', removed)

    const undo = guide.next('npm install @fastify/static')
    t.equal((await application.shell(undo)).code, 0)
    application.write('app.cjs', commonJs(app))
    await passes('app.cjs', test)
    t.strictSame(guide.left, [])
  },
)
