import type { FastifyInstance } from 'fastify'
import { PAGE_FIELDS } from '../../pages/page.js'
import { transfersPage } from '../../pages/transfers-page.js'
import { type Permission, permits } from '../authorize.js'
import { chosenForm } from '../chosen-form.js'
import { addMissingAssets } from '../page-assets.js'
import type { PageRouteOptions } from '../page-router.js'
import { refuseWatcher, watcherHook, watcherJson } from '../watcher-routes.js'
import { type WatcherStreamOptions, watcherStreams } from '../watcher-stream.js'
import { TransferBoard } from './transfer-board.js'
import { transferEvents } from './transfer-events.js'
import { BEGINNING, joinReports, type TransferView } from './transfer-report.js'

export interface TransferRoutesOptions extends Permission, WatcherStreamOptions {
  /** The path of the registration, with a slash at its end. Default `/`. */
  readonly prefix?: string
  /** Options of the routes, such as the constraints of a registration. Default: none. */
  readonly route?: PageRouteOptions
  /** `present`: the files that the page loads have routes. Default: they are added, unless they have. */
  readonly assets?: 'present'
  /** The transfers of all processes, from those of this one. Default: those of this one alone. */
  readonly view?: (board: TransferBoard) => TransferView
}

/**
 * Adds `-/transfers`: a page for browsers, JSON for programs, and events for those who watch; and DELETE of
 * `-/transfers/ID`, which ends a transfer.
 */
export async function transferRoutes(
  app: FastifyInstance,
  options: TransferRoutesOptions,
): Promise<void> {
  const { prefix = '/' } = options
  const url = `${prefix}-/transfers`
  const board = new TransferBoard(app.transfers)
  app.addHook('onClose', async () => board.close())
  const view = options.view?.(board) ?? viewOf(board)
  const send = watcherStreams(app, options)
  if (options.assets !== 'present') await addMissingAssets(app, `${prefix}-/`)
  const shared = { ...options.route, onRequest: watcherHook(options) }
  app.route({
    ...shared,
    method: ['GET', 'HEAD'],
    url,
    config: { lastbytePage: true },
    handler: async (request, reply) => {
      reply.header('vary', 'Accept')
      const form = chosenForm(request.headers.accept)
      if (form === 'events') {
        return send(reply, (lastEventId, signal) => transferEvents(view, lastEventId, signal))
      }
      const isPermitted = permits(request.raw, options) === undefined
      const snapshot = isPermitted ? joinReports(await view.report(BEGINNING)) : undefined
      if (form === 'json') {
        // A serializer of the scope would be that of the whole application.
        return reply.type('application/json; charset=utf-8').send(watcherJson(snapshot))
      }
      reply.headers({ ...PAGE_FIELDS, 'cache-control': 'no-store' })
      return reply.send(transfersPage(snapshot))
    },
  })
  app.route({
    ...shared,
    method: 'DELETE',
    url: `${url}/:id`,
    handler: async (request, reply) => {
      const { id } = request.params as { readonly id: string }
      const isRunning = await view.kill(id)
      if (!isRunning) return refuseWatcher(reply, 404, 'No running transfer has this id.')
      return reply.code(204).send()
    },
  })
}

function viewOf(board: TransferBoard): TransferView {
  return {
    report: async (position) => [board.report(position)],
    kill: async (id) => board.kill(id),
  }
}
