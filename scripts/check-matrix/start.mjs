// Starts a server of the matrix in its own process.
import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { get as getHttp } from 'node:http'
import { get as getHttps } from 'node:https'
import { join } from 'node:path'
import { interruption, outputOf, start, stop, wait } from '../bench/processes.mjs'
import { freePort } from '../bench/servers/free-port.mjs'
import { FILM, makeFiles } from './files.mjs'
import { PATH, peersOf, programsOf } from './install.mjs'
import { makeScratch } from './scratch.mjs'
import { nginx } from './servers/nginx.mjs'

const ROOT = join(import.meta.dirname, '../..')
/** Starts with new ports, if another process takes a port between its selection and its use. */
const ATTEMPTS = 3
/** ms that a server may take to answer. */
const START_TIME = 30_000

/**
 * Starts a server and waits until it answers.
 *
 * @param bucket for servers of a bucket: the one of startBucket
 * @returns its url and its folder of files, which are its own; `change` changes the film; `stop` ends the server and
 *   removes its files
 */
export async function startServer(server, bucket) {
  const scratch = makeScratch()
  const stops = [() => rmSync(scratch, { recursive: true, force: true })]
  const stopAll = async () => {
    for (const each of stops.reverse()) await each()
  }
  try {
    const place = { bucket, scratch, folder: join(scratch, 'files') }
    if (server.isFront) {
      const origin = await startServer(server.before ?? nginx)
      stops.push(origin.stop)
      Object.assign(place, { origin: origin.url, folder: origin.folder })
    } else if (!server.isOfBucket) {
      makeFiles(place.folder)
    }
    if (server.npm !== undefined) Object.assign(place, programsOf(server))
    const running = await listen(server, place)
    stops.push(running.stop)
    // Built code: loaded where it is needed, so that the options can be read without a build.
    const { changeLocalFile } = await import('../../dist/cli/change-file.js')
    const change = server.isOfBucket ? bucket.change : changeLocalFile(join(place.folder, FILM))
    const { id, name } = server
    return {
      ...{ id, name, version: versionOf(server), url: running.url },
      /** What the process said whenever it ended by itself. */
      ends: running.ends ?? [],
      /** Resolves when the server answers again after its process ended. */
      ready: running.ready ?? (async () => {}),
      ...{ folder: place.folder, change, stop: stopAll },
    }
  } catch (error) {
    await stopAll()
    throw error
  }
}

async function listen(server, place) {
  if (server.listen !== undefined) return server.listen(place)
  if (server.build !== undefined) await outputOf(startCommand(server.build(place), place))
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort()
    const url = `${server.protocol ?? 'http'}://127.0.0.1:${port}`
    const startOnce = () => startCommand(server.start({ ...place, port }), place)
    const child = startOnce()
    try {
      await answer(child, `${url}/${FILM}`)
      return { url, ...keepRunning(child, startOnce, (each) => answer(each, `${url}/${FILM}`)) }
    } catch (error) {
      await stop(child)
      if (attempt === ATTEMPTS) throw new Error(`${server.name}: ${error.message}`)
    }
  }
}

/**
 * Starts a server again whenever its process ends before it is stopped, as service managers do: otherwise one request
 * that ends it would fail all later checks.
 */
function keepRunning(first, startOnce, untilReady) {
  let child = first
  let isStopping = false
  const ends = []
  const watch = () =>
    child.once('exit', () => {
      if (isStopping || interruption.aborted) return
      ends.push(reasonOf(child))
      child = startOnce()
      watch()
    })
  watch()
  return {
    ends,
    ready: async () => {
      for (;;) {
        const current = child
        try {
          return await untilReady(current)
        } catch (error) {
          // It ended meanwhile, by an earlier request: the next one is waited for.
          if (child === current) throw error
        }
      }
    },
    stop: async () => {
      isStopping = true
      await stop(child)
    },
  }
}

function reasonOf({ exitCode, signalCode, stderrTail }) {
  return (
    stderrTail.match(/^\w*Error(?: \[\w+\])?/m)?.[0] ??
    `exit code ${exitCode}, signal ${signalCode}`
  )
}

function startCommand({ command, args, env }, { scratch }) {
  const child = start(command, args, { env: { ...process.env, PATH, ...env }, cwd: scratch })
  child.stdout.resume()
  return child
}

/** Waits until the server answers with the file. */
async function answer(child, url) {
  let last = 'none'
  for (const end = Date.now() + START_TIME; Date.now() < end; ) {
    if (child.exitCode !== null || child.signalCode !== null) break
    last = await statusOf(url).catch(({ message }) => message)
    if (last === 200) return
    await wait(50)
  }
  const expected = `expected an answer 200 from ${url} within ${START_TIME / 1000} s`
  throw new Error(`${expected}; received ${last}\n${child.stderrTail}`)
}

/** The status of the file; its body is left. */
function statusOf(url) {
  const get = url.startsWith('https:') ? getHttps : getHttp
  return new Promise((resolve, reject) => {
    const options = { agent: false, rejectUnauthorized: false, timeout: START_TIME }
    const request = get(url, options, (response) => {
      response.destroy()
      resolve(response.statusCode)
    })
    request.on('error', reject).on('timeout', () => request.destroy(new Error('no answer')))
  })
}

/** The version that the server's command or package tells, with those of what is behind or below it. */
export function versionOf(server) {
  const { needs, npm, version, isFront, before } = server
  if (npm !== undefined) {
    const of = (name) => packageVersion(join(peersOf(server), 'node_modules', name))
    const [first, ...others] = npm
    return withOthers(
      of(first),
      others.map((name) => `${name} ${of(name)}`),
    )
  }
  const own = version === undefined ? packageVersion(ROOT) : toldVersion(version, needs)
  return withOthers(own, isFront && before === undefined ? [`nginx ${versionOf(nginx)}`] : [])
}

const withOthers = (version, others) =>
  others.length === 0 ? version : `${version} (${others.join(', ')})`

function toldVersion({ command, args, pattern }, needs) {
  const options = { encoding: 'utf8', env: { ...process.env, PATH } }
  const { stdout, stderr } = spawnSync(command ?? needs.command, args, options)
  return pattern.exec(`${stdout}${stderr}`)?.[1] ?? 'unknown'
}

function packageVersion(folder) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version
}
