import { existsSync, readFileSync, rmSync, statSync } from 'node:fs'
import type { Folder } from '../../fixture/files.js'
import { run } from '../../fixture/process.js'
import { curlLoop } from '../chaos/curl.js'
import type { Outcome } from '../chaos/outcome.js'

/** Bytes a second that each client asks for. */
export const RATE = 3_000_000

/** The server's two addresses. */
export interface Urls {
  readonly plain: string
  /** HTTPS, with HTTP/2. */
  readonly secure: string
}

interface HonestClient {
  /** Whether it never joins two versions of a file that changes. */
  readonly pins: boolean
  download(urls: Urls, name: string, out: Folder): Promise<Outcome>
}

const PATIENT = ['--limit-rate', String(RATE), '--speed-time', '20', '--speed-limit', '1']

export const CLIENTS: Readonly<Record<string, HonestClient>> = {
  'curl over HTTP/1.1': {
    pins: true,
    download: ({ plain }, name, out) =>
      curlLoop({ url: `${plain}/${name}`, out, condition: 'If-Range', flags: PATIENT }),
  },
  'curl over HTTP/2': {
    pins: true,
    download: ({ secure }, name, out) => {
      const flags = [...PATIENT, '--insecure', '--http2']
      return curlLoop({ url: `${secure}/${name}`, out, condition: 'If-Range', flags })
    },
  },
  aria2: {
    // It continues with a byte range, and without a condition.
    pins: false,
    download: async ({ plain }, name, out) => {
      const { code, stdout } = await run('aria2c', [
        ...[
          '--no-conf',
          '--console-log-level=warn',
          '--summary-interval=0',
          '--file-allocation=none',
        ],
        ...[
          '--show-console-readout=false',
          '--disk-cache=0',
          '--max-tries=20',
          '--retry-wait=1',
          '-x4',
          '-s4',
          '-k1M',
        ],
        ...[`--max-overall-download-limit=${RATE}`, '-d', out.path, '-o', 'f', `${plain}/${name}`],
      ])
      return outcomeOf(out, code, stdout)
    },
  },
  lastbyte: {
    pins: true,
    download: async ({ plain }, name, out) => {
      const { code, stderr } = await run(process.execPath, [
        ...['dist/cli/main.js', 'get', '-q', '--limit-rate', String(RATE), '--retry-for', '60s'],
        ...['-o', out.at('f'), `${plain}/${name}`],
      ])
      return outcomeOf(out, code, stderr)
    },
  },
}

function outcomeOf(out: Folder, code: number | null, output: string): Outcome {
  const tries = [output.trim()]
  if (code !== 0) return { kind: 'failed', reason: `exit ${code}`, tries }
  return { kind: 'done', file: readFileSync(out.at('f')), pinned: undefined, tries }
}

/** Bytes on the disk of a download that runs; a file with holes counts what is written. */
export function bytesReceived(out: Folder): number {
  const blocks = ['f', 'f.part'].map(
    (name) => statSync(out.at(name), { throwIfNoEntry: false })?.blocks ?? 0,
  )
  return Math.max(...blocks) * 512
}

/** Removes what a download has left, so that the next one begins anew. */
export function clear(out: Folder): void {
  for (const name of ['f', 'f.part', 'f.aria2', 'heads']) {
    if (existsSync(out.at(name))) rmSync(out.at(name))
  }
}
