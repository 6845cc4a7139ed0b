import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { LastbyteError } from '../errors.js'
import type { ArmedFault } from '../fault/armed-fault.js'
import type { FaultLayer } from '../fault/fault-layer.js'
import type { FaultRule } from '../fault/fault-rule.js'
import { badFault } from '../fault/validate.js'
import { EVENT_STREAM_TYPE } from '../http/event-stream.js'
import { faultsPage } from '../pages/faults-page.js'
import { PAGE_FIELDS } from '../pages/page.js'
import { isOptionsObject } from '../validation/expectation.js'
import { type Permission, permits } from './authorize.js'
import { chosenForm } from './chosen-form.js'
import { journalStream } from './journal-stream.js'
import { addMissingAssets } from './page-assets.js'
import { parseRuleBodies } from './rule-body.js'
import { refuseWatcher, watcherRoutes } from './watcher-routes.js'
import type { WatcherStreamOptions } from './watcher-stream.js'

/** The path of the HTTP interface of the fault layer. */
export const FAULTS = '/-/faults'

export interface FaultRoutesOptions extends Permission, WatcherStreamOptions {}

/**
 * Adds the HTTP interface of the fault layer: POST, GET and DELETE /-/faults, and GET and DELETE
 * /-/faults/journal. The body of POST is a rule or an array of rules, as `FaultLayer.arm` takes them; a fault alone
 * is a rule for all requests.
 */
export async function faultRoutes(
  app: FastifyInstance,
  layer: FaultLayer,
  options: FaultRoutesOptions,
): Promise<void> {
  const sendJournal = journalStream(app, layer, options)
  await addMissingAssets(app, '/-/')
  await watcherRoutes(app, options, (admin) => {
    parseRuleBodies(admin, options)
    admin.setErrorHandler((error, request, reply) => refuseRule(error as Error, request, reply))

    admin.post(FAULTS, async (request, reply) => {
      const armed = armBody(layer, request.body)
      const shown = layer.rules().filter(({ id }) => armed.some((each) => each.id === id))
      reply.code(201)
      if (shown.length === 1) reply.header('location', `${app.prefix}${FAULTS}/${shown[0]?.id}`)
      return Array.isArray(request.body) ? shown : shown[0]
    })
    admin.get(FAULTS, { config: { lastbytePage: true } }, async (request, reply) => {
      const state = { seed: layer.seed, rules: layer.rules() }
      reply.header('vary', 'Accept')
      if (chosenForm(request.headers.accept) !== 'page') return state
      const isPermitted = permits(request.raw, options) === undefined
      const page = faultsPage(isPermitted ? { ...state, entries: layer.journal() } : undefined)
      return reply.headers({ ...PAGE_FIELDS, 'cache-control': 'no-store' }).send(page)
    })
    admin.get<ById>(`${FAULTS}/:id`, async (request, reply) => {
      const rule = layer.rules().find(({ id }) => id === request.params.id)
      return rule === undefined ? refuseWatcher(reply, 404, NO_RULE) : rule
    })
    admin.delete(FAULTS, async (_request, reply) => {
      layer.disarm()
      return reply.code(204).send()
    })
    admin.delete<ById>(`${FAULTS}/:id`, async (request, reply) => {
      if (!layer.disarm(request.params.id)) return refuseWatcher(reply, 404, NO_RULE)
      return reply.code(204).send()
    })
    admin.get<{ Querystring: { rule?: string } }>(`${FAULTS}/journal`, async (request, reply) => {
      const { rule } = request.query
      if (request.headers.accept?.includes(EVENT_STREAM_TYPE)) return sendJournal(reply, rule)
      return { seed: layer.seed, entries: layer.journal(rule) }
    })
    admin.delete(`${FAULTS}/journal`, async (_request, reply) => {
      layer.clearJournal()
      return reply.code(204).send()
    })
  })
}

type ById = { Params: { id: string } }

const NO_RULE = 'No rule with this id is armed.'

function armBody(layer: FaultLayer, body: unknown): ArmedFault[] {
  return Array.isArray(body) ? layer.armAll(body.map(ruleOf)) : [layer.arm(ruleOf(body))]
}

/** A fault alone is a rule for all requests. */
function ruleOf(body: unknown): FaultRule {
  const isFault = isOptionsObject(body) && 'kind' in body && !('fault' in body)
  if (!isFault) return body as FaultRule
  for (const name of OF_A_RULE) {
    if (!(name in body)) continue
    throw badFault(
      name,
      `expected the fault beside it: { "fault": { "kind": … }, "${name}": … }`,
      body,
    )
  }
  return { fault: body } as unknown as FaultRule
}

/** Members of a rule that no fault has. */
const OF_A_RULE = ['match', 'times', 'probability'] as const

function refuseRule(error: Error, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error instanceof LastbyteError && error.code === 'BAD_FAULT') {
    return refuseWatcher(reply, 400, error.message, { member: error.facts.member })
  }
  const { statusCode = 500 } = error as { statusCode?: number }
  if (statusCode >= 400 && statusCode < 500) return refuseWatcher(reply, statusCode, error.message)
  request.log.error({ err: error }, 'failed before the header section')
  return refuseWatcher(reply, 500)
}
