import type { FastifyInstance } from 'fastify'
import { parsePath } from '../http/request-target.js'
import type { Settings } from '../settings/settings.js'
import { FileRoot } from '../source/file/file-root.js'
import { type LiveProducer, produceLive } from '../source/live/live-producer.js'
import { invalidSetting } from '../validation/option-error.js'

declare module 'fastify' {
  interface FastifyInstance {
    /**
     * Begins a file in the root of the registration that is live until it is finished: clients that ask for a very
     * large end get its bytes as they are appended. Continues one that a process has left unfinished.
     *
     * @param path below the root, decoded, in a folder that exists
     * @throws LastbyteError BAD_SETTING without the options `root` and `live`, or for a malformed path; IN_USE,
     *   FORBIDDEN, DISK_FAILED
     */
    live(path: string): Promise<LiveProducer>
  }
}

/** Adds `app.live`. */
export function decorateLive(fastify: FastifyInstance, { roots, live }: Settings): void {
  const producing = new Set<string>()
  let root: FileRoot | undefined
  fastify.decorate('live', async (path: string) => {
    const [folder] = roots
    const [marker] = live?.markers ?? []
    if (folder === undefined || marker === undefined) {
      throw invalidSetting(
        'live',
        'expected the options "root" and "live" of the registration',
        live,
      )
    }
    const key = typeof path === 'string' ? parsePath(path) : undefined
    if (key === undefined) throw invalidSetting('path', 'expected a path below the root', path)
    root ??= new FileRoot(folder)
    return produceLive(root, key, marker, producing)
  })
}
