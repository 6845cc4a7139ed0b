import { spawnSync } from 'node:child_process'
import tap from 'tap'
import { fencedBlocks } from '../fixture/markdown.js'
import { PageShell } from '../fixture/page-shell.js'
import { needs } from '../fixture/process.js'

const PAGE = 'docs/guides/test-my-client.md'
const blocks = fencedBlocks(PAGE)

/** The block of a language, and the command that the page names below it. */
function recipe(language: string) {
  const at = blocks.findIndex(({ info }) => info[0] === language)
  const [file, command] = blocks.slice(at, at + 2)
  if (file === undefined || command?.info[0] !== 'sh') throw new Error(`${PAGE}: no ${language}`)
  return { name: file.info[1] ?? '', text: file.text, command: command.text }
}

const hasRequests = spawnSync('python3', ['-c', 'import requests']).status === 0

for (const [language, program, passed] of [
  ['python', 'python3', /OK/],
  ['go', 'go', /^ok/m],
  ['ruby', 'ruby', /0 failures, 0 errors/],
] as const) {
  const wanted = language === 'python' && !hasRequests ? 'python3-requests' : program
  tap.test(`${PAGE}: the test in ${language} passes as it stands`, needs(wanted), async (t) => {
    using shell = new PageShell()
    const { name, text, command } = recipe(language)
    shell.folder.write(name, text)
    const output = await shell.run(`${command.trimEnd()} 2>&1`)
    t.match(output, passed)
    t.match(output, /exit 0\n$/)
  })
}

tap.test(`${PAGE}: a shell needs no library`, needs('wget'), async (t) => {
  using shell = new PageShell()
  const { text } = blocks.at(-1) ?? { text: '' }
  t.match(await shell.run(text), /exit 0\nexit 0\n$/)
})
