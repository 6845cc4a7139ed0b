import { Registry } from 'prom-client'
import { adminRoutes } from '../../admin/routes.js'
import { transferRoutes } from '../../admin/transfers/transfer-routes.js'
import {
  type AdminListener,
  type AdminListenerOptions,
  openAdmin,
} from '../admin/admin-listener.js'
import { adminToken } from '../admin-token.js'
import type { Environment } from '../settings/environment.js'
import { gatheredTransfers } from './shared-transfers.js'
import type { WorkerReports } from './worker-reports.js'

type Settings = Pick<Environment, 'ADMIN' | 'TRANSFERS' | 'TRANSFERS_ACCESS'> &
  Parameters<typeof adminToken>[0]

/** What the admin listener of a primary shows. */
export interface WorkersAdminOptions extends Pick<AdminListenerOptions, 'logger' | 'transfers'> {
  readonly reports: Pick<WorkerReports, 'scrape' | 'gather'>
  /** Whether all workers listen. */
  readonly isServing: () => boolean
}

/**
 * The admin listener of several workers; undefined where the setting is empty. It is that of the primary, so that it
 * responds while a worker doesn't.
 *
 * @throws LastbyteError BAD_SETTING, which names the setting
 */
export function openWorkersAdmin(
  environment: Settings,
  { reports, isServing, ...options }: WorkersAdminOptions,
): Promise<AdminListener | undefined> {
  const metrics = {
    contentType: Registry.PROMETHEUS_CONTENT_TYPE,
    metrics: () => reports.scrape(),
  }
  const addRoutes: AdminListenerOptions['addRoutes'] = async (scope) => {
    await adminRoutes(scope, { metrics, isServing })
    if (!environment.TRANSFERS) return
    const { token } = adminToken(environment)
    const view = () => gatheredTransfers((question) => reports.gather(question))
    await transferRoutes(scope, { token, access: environment.TRANSFERS_ACCESS, view })
  }
  return openAdmin(environment, { ...options, addRoutes })
}
