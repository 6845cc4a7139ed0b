// `lastbyte serve` of this build as a process that can be killed and comes back on its port.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { get } from 'node:http'
import { createServer } from 'node:net'

const FLAGS = [
  ...['--list', '--readme', '--dotfiles', 'deny', '--log-level', 'info'],
  ...['--faults', '--fault-access', 'local', '--transfers', '--transfers-access', 'local'],
]

export class Served {
  #child
  #downloads = new Set()

  static async start(folder, flags = []) {
    const served = new Served()
    served.args = ['dist/cli/main.js', 'serve', folder, ...FLAGS, ...flags]
    served.port = await freePort()
    served.url = `http://127.0.0.1:${served.port}`
    await served.restart()
    return served
  }

  async restart() {
    const child = spawn(process.execPath, [...this.args, '--port', String(this.port)], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    this.#child = child
    await new Promise((resolve, reject) => {
      child.stdout.on('data', (text) => {
        if (/Server listening at/.test(text)) resolve()
      })
      child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)))
    })
  }

  async kill() {
    if (!this.#isRunning) return
    const ended = once(this.#child, 'exit')
    this.#child.kill('SIGKILL')
    await ended
  }

  /** Arms a fault by its rule. */
  async arm(rule) {
    const request = { method: 'POST', headers: { 'content-type': 'application/json' } }
    const response = await fetch(`${this.url}/-/faults`, { ...request, body: JSON.stringify(rule) })
    if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`)
  }

  /** Begins to receive a file. */
  download(path, headers = {}) {
    const request = get(`${this.url}${path}`, {
      headers: { 'user-agent': 'curl/8.5.0', ...headers },
    })
    this.#downloads.add(request)
    request.on('response', (response) => response.on('error', () => {}).resume())
    request.on('error', () => {})
  }

  /** Undoes what the preparation of a page has done: a killed server, armed faults. */
  async restore() {
    for (const request of this.#downloads) request.destroy()
    this.#downloads.clear()
    if (!this.#isRunning) await this.restart()
    await fetch(`${this.url}/-/faults`, { method: 'DELETE' })
  }

  get #isRunning() {
    return this.#child.exitCode === null && this.#child.signalCode === null
  }
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}
