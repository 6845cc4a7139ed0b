import { mkdirSync, symlinkSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import tap from 'tap'
import { LinkedApplication } from '../fixture/linked-application.js'
import { inForm } from '../fixture/long-form.js'
import { fencedBlocks } from '../fixture/markdown.js'
import { needs } from '../fixture/process.js'

// Runs the files of docs/testing.md in the test runners of the lockfile, against the packed package.

const PAGE = 'docs/testing.md'
const blocks = fencedBlocks(PAGE)
const application = new LinkedApplication()
tap.teardown(() => application[Symbol.dispose]())

/** Links a package of this checkout, as an installation with its optional peers does. */
for (const name of ['vitest', '@jest/globals', 'expect', '@playwright/test']) {
  const path = join(dirname(application.installed), name)
  mkdirSync(dirname(path), { recursive: true })
  symlinkSync(resolve('node_modules', name), path)
}
for (const name of ['vitest', 'jest', 'playwright']) {
  const program = join(application.folder, 'node_modules/.bin', name)
  symlinkSync(resolve('node_modules/.bin', name), program)
}

/** The file of a section, and the commands that install and run it. */
function section(heading: string) {
  const first = blocks.findIndex(({ text }) => text.includes(heading))
  const [install, file, run] = blocks.slice(first, first + 3).map(({ text }) => text)
  if (install === undefined || file === undefined || run === undefined) {
    throw new Error(`${PAGE}: expected three blocks from ${heading} on`)
  }
  return { install, file, run }
}

const FAILURE =
  /expected: a request that continues from byte 1048577\s+.*received: requests from byte 1048576/s

const ROWS = [
  ['vitest', 'install --save-dev lastbyte vitest', 'film.test.js', { type: 'module' }],
  ['jest', 'install --save-dev lastbyte jest', 'film.test.js', {}],
  ['node:test', 'install --save-dev lastbyte\n', 'film.test.mjs', {}],
] as const

for (const [name, heading, file, manifest] of ROWS) {
  tap.test(`the file for ${name} passes`, async (t) => {
    const { install, file: text, run } = section(heading)
    const folder = name.replace(':', '-')
    application.write(`${folder}/package.json`, JSON.stringify(manifest))
    application.write(`${folder}/${file}`, text)
    const shell = (commands: string) => application.shell(`cd ${folder}\n${commands}`)
    t.equal((await application.shell(install)).code, 0)
    const passed = await shell(run)
    t.equal(passed.code, 0, passed.stdout + passed.stderr)
    if (name !== 'node:test') return
    const another = text.replace('server.journal, 1_048_576', 'server.journal, 1_048_577')
    application.write(`${folder}/${file}`, another)
    const failed = await shell(run)
    t.not(failed.code, 0)
    t.match(failed.stdout + failed.stderr, FAILURE)
  })
}

tap.test('the file for Playwright passes in Chromium', needs('chromium'), async (t) => {
  const { install, file, run } = section('install --save-dev lastbyte @playwright/test')
  t.equal((await application.shell(install)).code, 0)
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium'
  const use = { launchOptions: { executablePath, args: ['--no-sandbox'] } }
  const config = `export default { testMatch: '*.spec.js', use: ${JSON.stringify(use)} }`
  application.write('playwright/package.json', JSON.stringify({ type: 'module' }))
  application.write('playwright/playwright.config.js', config)
  application.write('playwright/film.spec.js', file)
  const { code, stdout, stderr } = await application.shell(`cd playwright\n${run}`)
  t.equal(code, 0, stdout + stderr)
  application.write(
    'required.cjs',
    `const { expect, test } = require('lastbyte/testing/playwright')
     require('node:assert').equal(typeof test.extend, typeof expect.extend)`,
  )
  t.match(await application.run('required.cjs'), { code: 0 })
})

tap.test('the matchers and fixtures have types', async (t) => {
  const use = (name: string, origin: string) =>
    `import { type FaultScope } from 'lastbyte/testing'
     ${origin}
     export async function ${name}(scope: FaultScope) {
       expect(scope.journal).toHaveResumedFrom(5, { path: '/a' })
       expect(scope).not.toHaveRequestedTimes(2, ({ status }) => status === 206)
       const waited: Promise<void> = expect(scope.journal).toHaveEnded('complete')
       await waited
       await expect(scope.journal).toHaveNoOverlap()
       // @ts-expect-error a position is a number
       expect(scope.journal).toHaveResumedFrom('5')
     }`
  application.write(
    'types/vitest.mts',
    use('vitest', "import 'lastbyte/testing/vitest'\nimport { expect } from 'vitest'"),
  )
  for (const extension of ['mts', 'cts']) {
    application.write(
      `types/jest.${extension}`,
      use('jest', "import 'lastbyte/testing/jest'\nimport { expect } from '@jest/globals'"),
    )
    application.write(
      `types/playwright.${extension}`,
      use('playwright', "import { expect } from 'lastbyte/testing/playwright'"),
    )
  }
  for (const name of ['@jest/globals', 'expect', '@jest/expect', '@types/node']) {
    application.depend(name)
  }
  const files = ['vitest.mts', 'jest.mts', 'jest.cts', 'playwright.mts', 'playwright.cts']
  const compilerOptions = {
    strict: true,
    module: 'nodenext',
    target: 'es2022',
    lib: ['es2022', 'dom'],
    types: ['node'],
    noEmit: true,
    skipLibCheck: true,
  }
  application.write('types/tsconfig.json', JSON.stringify({ compilerOptions, files }))
  const compilers = inForm({ short: ['typescript-7'], long: ['typescript-5.4', 'typescript-7'] })
  for (const compiler of compilers) {
    const tsc = resolve('node_modules', compiler, 'bin/tsc')
    const { stdout, stderr } = await application.run(tsc, '-p', 'types/tsconfig.json')
    t.equal(stdout + stderr, '', compiler)
  }
})
