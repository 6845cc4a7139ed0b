import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { limitMetrics } from '../../src/admin/limit-metrics.js'
import { transferMetrics } from '../../src/admin/metrics.js'
import { WorkerMetrics } from '../../src/cli/cluster/worker-metrics.js'
import { TransferRegistry } from '../../src/delivery/transfer-registry.js'
import { processMetrics } from '../../src/observe/process-metrics.js'
import { responseMetrics } from '../../src/observe/response-metrics.js'
import { ResponseObserver } from '../../src/observe/response-observer.js'

interface Panel {
  readonly id: number
  readonly title: string
  readonly gridPos: {
    readonly x: number
    readonly y: number
    readonly w: number
    readonly h: number
  }
  readonly targets: readonly { readonly expr: string }[]
}

const dashboard = JSON.parse(readFileSync('docs/operate/grafana-dashboard.json', 'utf8'))
const panels: readonly Panel[] = dashboard.panels
const alerts = readFileSync('docs/operate/prometheus-alerts.yml', 'utf8')
const queries: [string, string][] = [
  ...panels.flatMap(({ title, targets }) =>
    targets.map(({ expr }): [string, string] => [title, expr]),
  ),
  ...[...alerts.matchAll(/alert: (\w+)\n +expr: (.+)/g)].map(
    ([, name = '', expr = '']): [string, string] => [name, expr],
  ),
]

/** The names of all series of a server, with the labels of each. */
async function series(): Promise<string> {
  const transfers = new TransferRegistry()
  const registry = transferMetrics(transfers)
  const none = { connections: 0, requests: 0, size: 0, refusedConnections: 0, refusedRequests: 0 }
  limitMetrics(registry, none, transfers)
  responseMetrics(registry, new ResponseObserver())
  processMetrics(registry, '1.0.0')
  return `${await registry.metrics()}${await new WorkerMetrics([1], () => false).scrape()}`
}

/** Words of PromQL, its labels and strings aside. */
function metricsOf(expr: string): string[] {
  const bare = expr.replace(/"[^"]*"/g, '').replace(/\{[^}]*\}|\[[^\]]*\]|\bby \([^)]*\)/g, '')
  return [...bare.matchAll(/\b[a-z]+_[a-z0-9_]+\b/g)]
    .map(([name]) => name)
    .filter((name) => name !== 'histogram_quantile')
}

describe('The dashboard and the alerts', () => {
  it.each(queries)('%s queries metrics that the server has', async (_title, expr) => {
    const text = await series()
    const names = metricsOf(expr)
    expect(names).not.toEqual([])
    for (const name of names) {
      expect(text).toMatch(
        new RegExp(`^# TYPE ${name.replace(/_(bucket|count|sum)$/, '(_\\w+)?')} `, 'm'),
      )
    }
  })

  it.each(queries)('%s closes each bracket of its query', (_title, expr) => {
    const closing: Record<string, string> = { '(': ')', '[': ']', '{': '}' }
    const open: string[] = []
    for (const [bracket] of expr.replace(/"[^"]*"/g, '').matchAll(/[()[\]{}]/g)) {
      if (bracket in closing) open.push(closing[bracket] as string)
      else expect(open.pop()).toBe(bracket)
    }
    expect(open).toEqual([])
    expect(expr.match(/"/g)?.length ?? 0).toSatisfy((count: number) => count % 2 === 0)
  })

  it('has what Grafana needs to import it', () => {
    expect(dashboard).toMatchObject({ title: 'lastbyte', uid: 'lastbyte', schemaVersion: 39 })
    expect(dashboard.templating.list.map(({ name }: { name: string }) => name)).toEqual([
      'datasource',
      'job',
      'instance',
    ])
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length)
    for (const { gridPos } of panels) expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24)
    expect(alerts.match(/- alert:/g)?.length).toBe(alerts.match(/summary:/g)?.length)
  })
})
